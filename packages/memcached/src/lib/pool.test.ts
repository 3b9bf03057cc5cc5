import { StoreRefusedError } from '@sojourn/core/store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { portAddress } from './addresses.ts'
import { deleteCommand, getCommand, setCommand } from './commands.ts'
import { Pool, type PoolLimits } from './pool.ts'
import { type Asked, type FakeServer, fakeServer } from './test-support/fake-server.ts'

const disposals: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose()
})

async function serve(...given: Parameters<typeof fakeServer>): Promise<FakeServer> {
  const server = await fakeServer(...given)
  disposals.push(() => server.close())
  return server
}

function poolFor({ port }: { readonly port: number }, limits: Partial<PoolLimits> = {}): Pool {
  const all = { size: 10, backlog: 1000, idle: 60_000, connect: 20_000, ...limits }
  const pool = new Pool(portAddress('127.0.0.1', port), undefined, all, () => {})
  disposals.unshift(() => pool.dispose())
  return pool
}

const keyOf = ({ line }: Asked): string => line.split(' ')[1] ?? ''
/** Every key holds its own name. */
const echo = (asked: Asked): void => asked.reply(`VA ${keyOf(asked).length} c1 O`, keyOf(asked))
const silence = (): void => {}

async function read(pool: Pool, key: string, signal?: AbortSignal): Promise<string | undefined> {
  const found = await pool.ask(getCommand(key), signal)
  return found && new TextDecoder().decode(found.bytes)
}

const keys = (count: number): string[] => Array.from({ length: count }, (_, n) => `key-${n}`)
const readAll = (pool: Pool, names: readonly string[]) => Promise.all(names.map((key) => read(pool, key)))

describe('answers', () => {
  test('reach whoever asked, however many ask at once', async () => {
    const pool = poolFor(await serve(echo))
    expect(await readAll(pool, keys(500))).toEqual(keys(500))
  })

  test('reach whoever asked when they come octet by octet', async () => {
    const server = await serve((asked) => {
      const key = keyOf(asked)
      for (const octet of `VA ${key.length} c1 O${asked.opaque}\r\n${key}\r\n`) asked.socket.write(octet)
    })
    expect(await readAll(poolFor(server), keys(20))).toEqual(keys(20))
  })

  test.each([
    ['the opaque of another command', 'HD O999'],
    ['no opaque', 'HD'],
    ['a complaint about the command', 'CLIENT_ERROR bad command line format'],
    ['a command that is not known', 'ERROR'],
    ['garbage', '<html>'],
    ['an answer to another kind of command', 'EN O1'],
  ])('with %s are errors, and end the connection and all that waits on it', async (_, line) => {
    const server = await serve((asked) => {
      if (server.asked.length === 2) server.asked[0]?.reply(line)
      if (server.opened() > 1) asked.reply('HD O')
    })
    const pool = poolFor(server, { size: 1 })
    const asked = await Promise.allSettled(['a', 'b'].map((key) => pool.ask(deleteCommand(key), undefined)))
    for (const { status, reason } of asked as PromiseRejectedResult[]) {
      expect(status).toBe('rejected')
      expect(reason).toMatchObject({ name: 'ProtocolError', message: expect.stringContaining(line) })
    }
    await vi.waitFor(() => expect(server.sockets.size).toBe(0))
    expect(await pool.ask(deleteCommand('c'), undefined)).toBe(true)
    expect(server.opened()).toBe(2)
  })

  test('that nobody asked for end the connection before it is used again', async () => {
    const server = await serve((asked) => {
      asked.reply('HD O', 'HD O7')
    })
    const pool = poolFor(server)
    expect(await pool.ask(deleteCommand('a'), undefined)).toBe(true)
    await vi.waitFor(() => expect(server.sockets.size).toBe(0))
    expect(await pool.ask(deleteCommand('b'), undefined)).toBe(true)
    expect(server.opened()).toBe(2)
  })

  test('with SERVER_ERROR are refusals, and the connection goes on', async () => {
    const server = await serve((asked) => {
      if (keyOf(asked) === 'full') asked.reply('SERVER_ERROR out of memory storing object')
      else echo(asked)
    })
    const pool = poolFor(server, { size: 1 })
    const [refused, fine] = await Promise.allSettled([
      pool.ask(setCommand('full', new Uint8Array(3), 60, 'any'), undefined),
      read(pool, 'fine'),
    ])
    expect(refused.status === 'rejected' && refused.reason).toBeInstanceOf(StoreRefusedError)
    expect(fine).toMatchObject({ value: 'fine' })
    expect(server.opened()).toBe(1)
  })

  test('that are cut off anywhere are errors, and never the answers of the next one', async () => {
    const whole = 'VA 6 c1 O1\r\nsecret\r\n'
    let cut = 0
    const server = await serve((asked) => {
      if (keyOf(asked) === 'cut') asked.socket.end(whole.slice(0, cut))
      else echo(asked)
    })
    const pool = poolFor(server, { size: 1 })
    for (; cut < whole.length; cut++) {
      await expect(read(pool, 'cut')).rejects.toThrow('closed the connection')
      expect(await read(pool, 'next')).toBe('next')
    }
  })
})

describe('whoever stops waiting', () => {
  test('is answered at once, and the answer that comes late reaches nobody', async () => {
    const server = await serve((asked) => {
      if (keyOf(asked) !== 'slow') echo(asked)
    })
    const pool = poolFor(server, { size: 1 })
    const controller = new AbortController()
    const slow = read(pool, 'slow', controller.signal)
    await vi.waitFor(() => expect(server.asked).toHaveLength(1))
    controller.abort(new Error('enough'))
    await expect(slow).rejects.toThrow('enough')
    server.asked[0]?.reply('VA 4 c1 O', 'late')
    expect(await readAll(pool, keys(50))).toEqual(keys(50))
    await vi.waitFor(() => expect(server.asked[0]?.socket.destroyed).toBe(true))
    expect(server.opened()).toBe(2)
  })

  test('takes nothing from those who wait on the same connection, and that takes nobody new', async () => {
    const server = await serve((asked) => {
      if (server.opened() > 1) echo(asked)
    })
    const pool = poolFor(server, { size: 2 })
    const controller = new AbortController()
    const given = read(pool, 'given-up', controller.signal)
    const others = [read(pool, 'a'), read(pool, 'b')]
    await vi.waitFor(() => expect(server.asked).toHaveLength(3))
    controller.abort()
    await expect(given).rejects.toThrow()
    expect(await read(pool, 'new')).toBe('new')
    expect(server.sockets.size).toBe(2)
    for (const asked of server.asked.slice(0, 3)) echo(asked)
    expect(await Promise.all(others)).toEqual(['a', 'b'])
    await vi.waitFor(() => expect(server.sockets.size).toBe(1))
  })

  test('does not make the pool larger than it may be', async () => {
    const server = await serve((asked) => server.opened() > 1 && echo(asked))
    const pool = poolFor(server, { size: 1 })
    const controller = new AbortController()
    const given = read(pool, 'given-up', controller.signal)
    const other = read(pool, 'other')
    await vi.waitFor(() => expect(server.asked).toHaveLength(2))
    controller.abort()
    await expect(given).rejects.toThrow()
    const next = read(pool, 'next')
    expect(server.opened()).toBe(1)
    for (const asked of server.asked.slice(0, 2)) echo(asked)
    expect(await Promise.all([other, next])).toEqual(['other', 'next'])
    expect(server.opened()).toBe(2)
  })

  test('in the backlog is never sent', async () => {
    const server = await serve(silence)
    const pool = poolFor(server, { size: 1 })
    const controller = new AbortController()
    const sent = keys(16).map((key) => read(pool, key, controller.signal))
    const queued = read(pool, 'queued', controller.signal)
    await vi.waitFor(() => expect(server.asked).toHaveLength(16))
    controller.abort()
    for (const answer of await Promise.allSettled([...sent, queued])) expect(answer.status).toBe('rejected')
    expect(server.asked.map(keyOf)).not.toContain('queued')
  })

  test('before anything is sent leaves the server alone', async () => {
    const server = await serve(echo)
    await expect(read(poolFor(server), 'a', AbortSignal.abort())).rejects.toThrow()
    expect(server.opened()).toBe(0)
  })
})

describe('connections', () => {
  test('are opened when they are needed, at most as many as the pool is large', async () => {
    const server = await serve(echo)
    const pool = poolFor(server, { size: 3 })
    expect(pool.isConnected).toBe(false)
    expect(server.opened()).toBe(0)
    await read(pool, 'a')
    expect(pool.isConnected).toBe(true)
    expect(server.opened()).toBe(1)
    expect(await readAll(pool, keys(1000))).toEqual(keys(1000))
    expect(server.opened()).toBeGreaterThan(1)
    expect(server.opened()).toBeLessThanOrEqual(3)
  })

  test('are busy one day: then calls wait, and when too many wait, the next one fails', async () => {
    let isOpen = false
    const server = await serve((asked) => isOpen && echo(asked))
    const pool = poolFor(server, { size: 1, backlog: 5 })
    const calls = keys(16 + 5).map((key) => read(pool, key))
    await expect(read(pool, 'too-many')).rejects.toThrow('5 commands are waiting for memcached')
    await vi.waitFor(() => expect(server.asked).toHaveLength(16))
    await expect(read(pool, 'too-many')).rejects.toThrow('5 commands are waiting for memcached')
    isOpen = true
    for (const asked of server.asked) echo(asked)
    expect(await Promise.all(calls)).toEqual(keys(21))
    expect(await read(pool, 'again')).toBe('again')
  })

  test('take as many calls as they will carry, before they are open', async () => {
    const pool = poolFor(await serve(echo), { size: 2, backlog: 0 })
    const calls = readAll(pool, keys(32))
    await expect(read(pool, 'too-many')).rejects.toThrow('waiting')
    expect(await calls).toEqual(keys(32))
  })

  test('that the server closes are replaced at the next call', async () => {
    const server = await serve(echo)
    const pool = poolFor(server)
    await read(pool, 'a')
    for (const socket of server.sockets) socket.end()
    await vi.waitFor(() => expect(pool.isConnected).toBe(false))
    expect(await read(pool, 'b')).toBe('b')
    expect(server.opened()).toBe(2)
  })

  test('that break fail what is under way', async () => {
    const server = await serve((asked) => asked.socket.resetAndDestroy())
    await expect(read(poolFor(server), 'a')).rejects.toThrow(
      /memcached at 127\.0\.0\.1:\d+ (is out of reach|closed the connection)/,
    )
  })

  test('that nobody uses are closed', async () => {
    const server = await serve(echo)
    const pool = poolFor(server, { idle: 50 })
    await read(pool, 'a')
    await vi.waitFor(() => expect(server.sockets.size).toBe(0))
    expect(pool.isConnected).toBe(false)
    expect(await read(pool, 'b')).toBe('b')
  })

  test('are not idle while somebody waits on them', async () => {
    const server = await serve((asked) => keyOf(asked) !== 'slow' && echo(asked))
    const [busy, idle] = [poolFor(server, { idle: 50 }), poolFor(server, { idle: 50 })]
    const answer = read(busy, 'slow')
    await vi.waitFor(() => expect(server.asked).toHaveLength(1))
    await read(idle, 'quick')
    await vi.waitFor(() => expect(idle.isConnected).toBe(false))
    expect(busy.isConnected).toBe(true)
    for (const asked of server.asked) echo(asked)
    expect(await answer).toBe('slow')
  })

  test('are given up all at once when asked to, and new ones are opened', async () => {
    const server = await serve((asked) => {
      if (server.opened() > 1) echo(asked)
    })
    const pool = poolFor(server, { size: 1 })
    const sent = Promise.allSettled(keys(20).map((key) => read(pool, key)))
    await vi.waitFor(() => expect(server.asked).toHaveLength(16))
    pool.close(new Error('made anew'))
    for (const answer of await sent)
      expect(answer).toMatchObject({ status: 'rejected', reason: { message: 'made anew' } })
    expect(await read(pool, 'b')).toBe('b')
    await vi.waitFor(() => expect(server.sockets.size).toBe(1))
  })

  test('are not opened any more after the end', async () => {
    const server = await serve(echo)
    const pool = poolFor(server)
    const answer = read(pool, 'a')
    pool.dispose()
    pool.dispose()
    await expect(answer).rejects.toThrow('disposed of')
    await expect(read(pool, 'b')).rejects.toThrow('disposed of')
    await vi.waitFor(() => expect(server.sockets.size).toBe(0))
  })
})

describe('a server', () => {
  test('that is not there is an error at once, for all who wait', async () => {
    const server = await fakeServer(echo)
    await server.close()
    const pool = poolFor(server)
    for (const answer of await Promise.allSettled([read(pool, 'a'), read(pool, 'b')]))
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { message: `memcached at 127.0.0.1:${server.port} is out of reach.`, cause: { code: 'ECONNREFUSED' } },
      })
  })

  test('that says nothing is given up after the connect limit, also where that is the longer one', async () => {
    const server = await serve(silence, '')
    const pool = poolFor(server, { connect: 50, idle: 10 })
    await expect(read(pool, 'a')).rejects.toThrow(`memcached at 127.0.0.1:${server.port} did not answer within 50 ms.`)
    await vi.waitFor(() => expect(server.sockets.size).toBe(0))
  })

  test('that is too old is refused with a reason, each time anew', async () => {
    const server = await serve(silence, 'STAT version 1.5.22\r\nEND\r\nEND\r\n')
    const pool = poolFor(server)
    for (const key of ['a', 'b']) await expect(read(pool, key)).rejects.toThrow('Use 1.6.10 or newer')
    expect(server.opened()).toBe(2)
  })

  test('that is not memcached is an error', async () => {
    const server = await serve(silence, "-ERR unknown command 'stats'\r\n")
    await expect(read(poolFor(server), 'a')).rejects.toThrow('does not introduce itself as memcached')
  })
})

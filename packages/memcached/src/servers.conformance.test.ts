import { readFileSync } from 'node:fs'
import { type Bytes, type StoreNotice, StoreRefusedError } from '@sojourn/core/store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import { ask } from '../../../scripts/lib/servers/ask.mjs'
import { startMemcached } from '../../../scripts/lib/servers/memcached.mjs'
import { type MemcachedStore, type MemcachedStoreOptions, memcachedStore } from './index.ts'

const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose()
})

async function start(...args: readonly string[]) {
  const server = await startMemcached({ args: [...args] })
  disposals.push(server.stop)
  return server
}

function open(options: MemcachedStoreOptions): MemcachedStore {
  const store = memcachedStore(options)
  disposals.unshift(() => store[Symbol.asyncDispose]())
  return store
}

const day = 86_400
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds
const text = (value: string): Bytes => new TextEncoder().encode(value)
const patience = { timeout: 10_000 }

async function read(store: MemcachedStore, key: string, signal?: AbortSignal): Promise<string | undefined> {
  const found = await store.read(key, { signal })
  return found && new TextDecoder().decode(found.bytes)
}

async function create(store: MemcachedStore, key: string, value: string) {
  const written = await store.write(key, text(value), inSeconds(600), 'absent')
  if (!written.ok) throw new Error(`The write was refused: ${written.why}.`)
  return written.revision
}

describe('a server that is killed and started again', () => {
  test('is a fault while it is away and works at once when it is back, empty', async () => {
    const server = await start()
    const store = open({ port: server.port })
    await create(store, 'a', 'before')
    await server.kill()
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(store.read('a')).rejects.toThrow(`127.0.0.1:${server.port}`)
    expect(store.connected).toBe(false)
    await server.restart()
    expect(await read(store, 'a')).toBeUndefined()
    await create(store, 'a', 'after')
    expect(await read(store, 'a')).toBe('after')
  })

  test('does not take a revision of its earlier life for one of now, though it counts from 1 again', async () => {
    const server = await start()
    const store = open({ port: server.port })
    const before = await create(store, 'a', 'before')
    await server.restart()
    await vi.waitFor(() => expect(store.connected).toBe(false), patience)
    expect(await store.write('a', text('mine'), inSeconds(600), before)).toEqual({ ok: false, why: 'gone' })
    const after = await create(store, 'a', 'after')
    expect(after.split('@', 1)).toEqual(before.split('@', 1))
    expect(await store.write('a', text('mine'), inSeconds(600), before)).toEqual({ ok: false, why: 'changed' })
    expect(await read(store, 'a')).toBe('after')
  })
})

describe('a server that is frozen', () => {
  test('is given up on time, on every connection, and its late answers reach nobody', async () => {
    const server = await start()
    const store = open({ port: server.port, pool: { size: 2 } })
    for (let n = 0; n < 40; n++) await create(store, `key-${n}`, `value-${n}`)
    server.freeze()
    const steps = Array.from({ length: 40 }, (_, n) => read(store, `key-${n}`, AbortSignal.timeout(300)))
    for (const answer of await Promise.allSettled(steps)) expect(answer.status).toBe('rejected')
    expect(store.connected).toBe(false)
    server.thaw()
    const backwards = await Promise.all(Array.from({ length: 40 }, (_, n) => read(store, `key-${39 - n}`)))
    expect(backwards).toEqual(Array.from({ length: 40 }, (_, n) => `value-${39 - n}`))
  })

  test('is a fault after the connect limit where there is no connection yet', async () => {
    const server = await start()
    const store = open({ port: server.port, connectTimeout: 100 })
    server.freeze()
    await expect(store.read('a')).rejects.toThrow('did not answer within 100 ms')
    server.thaw()
    expect(await read(store, 'a')).toBeUndefined()
  })
})

test('of several servers one that is away is a fault for its own keys, and never a miss', async () => {
  const [lost, ...others] = [await start(), await start(), await start()]
  const store = open({ servers: [lost, ...others].map(({ port }) => `127.0.0.1:${port}`) })
  const keys = Array.from({ length: 60 }, (_, n) => `key-${n}`)
  for (const key of keys) await create(store, key, key)
  await lost.kill()
  await vi.waitFor(() => expect(store.connected).toBe(false), patience)
  const answers = await Promise.allSettled(keys.map((key) => read(store, key)))
  const faults = answers.filter(({ status }) => status === 'rejected')
  expect(faults.length).toBeGreaterThan(5)
  expect(faults.length).toBeLessThan(40)
  for (const [n, answer] of answers.entries()) if (answer.status === 'fulfilled') expect(answer.value).toBe(keys[n])
  await lost.restart()
  const missing = await Promise.all(keys.map((key) => read(store, key)))
  expect(missing.filter((value) => value === undefined)).toHaveLength(faults.length)
})

describe('the size of a value', () => {
  test('is limited by -I, and what is too large leaves the old value alone', async () => {
    const server = await start()
    const store = open({ port: server.port })
    await create(store, 'a', 'small')
    const tooLarge = store.write('a', new Uint8Array(1024 ** 2), inSeconds(600), 'any')
    await expect(tooLarge).rejects.toThrow(StoreRefusedError)
    await expect(tooLarge).rejects.toThrow('-I')
    expect(await read(store, 'a')).toBe('small')
    expect(await ask(server, 'stats')).toContain('STAT store_too_large 0\r\n')
  })

  test('may be a mebibyte and more with a larger -I', async () => {
    const store = open({ port: (await start('-I', '2m')).port })
    const value = Uint8Array.from({ length: 1_500_000 }, (_, at) => (at * 31) ^ (at >> 8))
    expect(await store.write('a', value, inSeconds(600), 'absent')).toMatchObject({ ok: true })
    expect(Buffer.compare((await store.read('a'))?.bytes ?? value.subarray(1), value)).toBe(0)
  })

  test('is refused at exactly the byte where memcached refuses it', async () => {
    const store = open({ port: (await start()).port })
    const largest = 1024 ** 2 - 59 - 'key'.length
    expect(await store.write('key', new Uint8Array(largest), inSeconds(600), 'any')).toMatchObject({ ok: true })
    expect((await store.read('key'))?.bytes).toHaveLength(largest)
    await expect(store.write('key', new Uint8Array(largest + 1), inSeconds(600), 'any')).rejects.toThrow(
      StoreRefusedError,
    )
  })

  test('bounds a set, which is refused when it is full and stays as it was', async () => {
    const store = open({ port: (await start()).port })
    const member = (n: number): string => `member-${n}`.padEnd(43, '-')
    const held = Array.from({ length: 17_700 }, (_, n): [string, number] => [member(n), inSeconds(600)])
    await store.write('set', text(JSON.stringify(held)), inSeconds(600), 'absent')
    let count = held.length
    await expect(async () => {
      while (count < 20_000) await store.index.add('set', member(count++), inSeconds(600))
    }).rejects.toThrow(StoreRefusedError)
    expect(count).toBeGreaterThan(held.length + 1)
    expect(await store.index.members('set')).toHaveLength(count - 1)
    await store.index.remove('set', member(0))
    await store.index.add('set', 'one more', inSeconds(600))
    expect(await store.index.members('set')).toContain('one more')
  })
})

describe('a server whose memory is full', () => {
  const fill = (store: MemcachedStore, count: number) =>
    Promise.allSettled(
      Array.from({ length: count }, (_, n) => store.write(`fill-${n}`, new Uint8Array(1000), inSeconds(600), 'any')),
    )

  test('drops the least recently used values, which are then absent', async () => {
    const store = open({ port: (await start('-m', '2')).port, pool: { backlog: 10_000 } })
    const written = await fill(store, 6000)
    expect(written.every(({ status }) => status === 'fulfilled')).toBe(true)
    const found = await Promise.all(Array.from({ length: 6000 }, (_, n) => store.read(`fill-${n}`)))
    const kept = found.filter((value) => value !== undefined)
    expect(kept.length).toBeGreaterThan(100)
    expect(kept.length).toBeLessThan(5000)
  })

  test('refuses with -M, and is warned about', async () => {
    const store = open({ port: (await start('-m', '2', '-M')).port, pool: { backlog: 10_000 } })
    const notices: StoreNotice[] = []
    store.onNotice((notice) => notices.push(notice))
    const refused = (await fill(store, 6000)).filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(1000)
    for (const answer of refused) expect('reason' in answer && answer.reason).toBeInstanceOf(StoreRefusedError)
    expect(notices).toEqual([{ type: 'warning', message: expect.stringContaining('-M') }])
    await store.delete('fill-0')
    expect(store.connected).toBe(true)
  })
})

test.each([30 * day - 1, 30 * day, 30 * day + 1, 31 * day, 400 * day])(
  'a value for %d seconds is kept so long',
  async (seconds) => {
    const { memcached } = servers()
    const store = open({ port: memcached.port })
    const key = store.keyOf(`ttl-${seconds}`)
    await store.write(key, text('value'), inSeconds(seconds), 'any')
    const [, left] = / t(\d+)/.exec(await ask(memcached, `mg ${key} t`)) ?? []
    expect(Math.abs(Number(left) - seconds)).toBeLessThanOrEqual(2)
  },
)

test('there are never more connections than the pool may have, under 200 calls at once', async () => {
  const server = await start()
  const connections = async () => Number(/STAT curr_connections (\d+)/.exec(await ask(server, 'stats'))?.[1])
  const others = await connections()
  const store = open({ port: server.port, pool: { size: 3 } })
  await create(store, 'a', 'value')
  for (let round = 0; round < 10; round++) {
    const answers = Array.from({ length: 200 }, () => read(store, 'a'))
    expect((await connections()) - others).toBeLessThanOrEqual(3)
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['value']))
  }
  expect((await connections()) - others).toBe(3)
})

describe('TLS', () => {
  const { memcachedTls } = servers()

  test('refuses a server whose certificate nobody vouches for, or that has another name', async () => {
    await expect(open({ port: memcachedTls.port, tls: true }).read('a')).rejects.toThrow('out of reach')
    const ca = readFileSync(memcachedTls.caFile, 'utf8')
    const other = open({ port: memcachedTls.port, tls: { ca, serverName: 'other.test' } })
    await expect(other.read('a')).rejects.toMatchObject({ cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } })
  })

  test('takes it when told not to look', async () => {
    const store = open({ port: memcachedTls.port, tls: { verify: false } })
    expect(await read(store, store.keyOf('nothing'))).toBeUndefined()
  })

  test('fails within the connect limit where the server speaks plain text, and plain text where it speaks TLS', async () => {
    const { memcached } = servers()
    await expect(open({ port: memcached.port, tls: true }).read('a')).rejects.toThrow()
    await expect(open({ port: memcachedTls.port }).read('a')).rejects.toThrow()
  })
})

test('a server without compare-and-set is refused, with the reason', async () => {
  const store = open({ port: (await start('-C')).port })
  await expect(store.read('a')).rejects.toThrow(StoreRefusedError)
  await expect(store.read('a')).rejects.toThrow('option -C')
})

import { type Bytes, SessionConfigError, StoreRefusedError } from '@sojourn/core/store'
import { fakeClock, testSessionStore } from '@sojourn/testing'
import { faultProxy } from '@sojourn/testing/faults'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DshmStoreOptions } from './options.ts'
import { type DshmStore, dshmStore } from './store.ts'
import { type ProtocolServer, protocolServer } from './test-support/protocol-server.ts'

const bytesOf = (text: string): Bytes => new TextEncoder().encode(text)
const textOf = (stored: { readonly bytes: Bytes } | undefined): string => new TextDecoder().decode(stored?.bytes)

const eventually = { timeout: 10_000, interval: 5 }
const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600

describe('on the clock of a test', () => {
  const clock = fakeClock()
  let server: ProtocolServer
  beforeAll(async () => {
    server = await protocolServer({ now: clock.now })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  testSessionStore({
    name: 'dshm (on a server in this process)',
    create: () => dshmStore({ port: server.port, now: clock.now }),
    capabilities: { atomic: false, lock: false, index: false, emptyValues: false, countsWrites: false },
    clock,
  })
})

describe('what is sent', () => {
  const sent = async (
    use: (store: DshmStore) => Promise<unknown>,
    options: DshmStoreOptions = {},
  ): Promise<readonly string[]> => {
    await using server = await protocolServer()
    await using store = dshmStore({ port: server.port, ...options })
    await use(store)
    return server.requests
  }
  const now = (): number => 1_000_000_250

  test('is one request a step, and nothing more', async () => {
    const requests = await sent(
      async (store) => {
        await store.read('sessions::a')
        await store.write('sessions::a', bytesOf('hello'), 1_000_060, 'any')
        await store.read('sessions::a')
        await store.delete('sessions::a')
      },
      { now },
    )
    expect(requests).toEqual(['GET sessions::a', 'SET sessions::a 60 5', 'GET sessions::a', 'DELETE sessions::a'])
  })

  test("is a GET before the SET where 'absent' is expected, and no SET where a value is", async () => {
    const requests = await sent(
      async (store) => {
        await store.write('k', bytesOf('first'), 1_000_060, 'absent')
        expect(await store.write('k', bytesOf('second'), 1_000_060, 'absent')).toEqual({ ok: false, why: 'exists' })
      },
      { now },
    )
    expect(requests).toEqual(['GET k', 'SET k 60 5', 'GET k'])
  })

  test.each([
    [1_000_001, 'SET k 1 1'],
    [1_000_000.3, 'SET k 1 1'],
    [1_000_060, 'SET k 60 1'],
    [1_000_000, 'DELETE k'],
    [1_000_000.25, 'DELETE k'],
    [0, 'DELETE k'],
    [-1, 'DELETE k'],
    [Number.NaN, 'DELETE k'],
    [1e15, 'SET k 2147483647 1'],
    [Infinity, 'SET k 2147483647 1'],
  ])('has whole seconds above 0 to live, up to %d at 1,000,000.25', async (expiresAt, line) => {
    expect(await sent((store) => store.write('k', bytesOf('x'), expiresAt, 'any'), { now })).toEqual([line])
  })

  test('has the region in its keys', async () => {
    const requests = await sent((store) => store.read(store.keyOf('abc')), { region: 'shop' })
    expect(requests).toEqual(['GET shop::abc'])
  })

  test('is nothing where key or value are no good', async () => {
    const requests = await sent(async (store) => {
      await expect(store.read('a b')).rejects.toThrow(StoreRefusedError)
      await expect(store.delete('a\r\nFLUSHALL')).rejects.toThrow(StoreRefusedError)
      await expect(store.write('k', bytesOf('007'), inAnHour(), 'absent')).rejects.toThrow(StoreRefusedError)
      await expect(store.write('k', new Uint8Array(0), inAnHour(), 'any')).rejects.toThrow(StoreRefusedError)
    })
    expect(requests).toEqual([])
  })
})

describe('what is answered', () => {
  /** A server that answers the first request with this, and all after it truthfully. */
  function serverThatSays(first: string): Promise<ProtocolServer> {
    const answers = [first]
    return protocolServer({ answer: () => answers.shift() })
  }

  test.each(['ERROR malformed_request\r\n', 'ERROR bad_request\r\n', 'ERROR unexpected_data\r\n'])(
    'to a SET with %j is a refusal, and the connection is used no more',
    async (answer) => {
      await using server = await serverThatSays(answer)
      await using store = dshmStore({ port: server.port })
      await expect(store.write('k', bytesOf('hello'), inAnHour(), 'any')).rejects.toThrow(StoreRefusedError)
      await store.write('k', bytesOf('world'), inAnHour(), 'any')
      expect(textOf(await store.read('k'))).toBe('world')
      expect(server.connections.total).toBe(2)
    },
  )

  test.each([
    'DONE\r\n',
    'DONE\r\nDONE\r\n',
    'LEN 5\r\nworld\r\nDONE\r\n',
    'LEN 5\r\nhello\r\nDONE\r\nERROR malformed_request\r\n',
    'HTTP/1.1 400 Bad Request\r\n\r\n',
  ])('to a SET with %j is a fault, and the connection is used no more', async (answer) => {
    await using server = await serverThatSays(answer)
    await using store = dshmStore({ port: server.port })
    const fault = store.write('k', bytesOf('hello'), inAnHour(), 'any')
    await expect(fault).rejects.toThrow()
    await expect(fault).rejects.not.toThrow(StoreRefusedError)
    await store.write('k', bytesOf('world'), inAnHour(), 'any')
    expect(server.connections.total).toBe(2)
  })

  test.each(['DONE\r\n', 'ERROR bad_request\r\n', 'LEN 2\r\nabc\r\nDONE\r\n'])(
    'to a GET with %j is a fault, never an absent value',
    async (answer) => {
      await using server = await serverThatSays(answer)
      await using store = dshmStore({ port: server.port })
      await expect(store.read('k')).rejects.toThrow()
      expect(await store.read('k')).toBeUndefined()
    },
  )

  test('to a DELETE with a value is a fault', async () => {
    await using server = await serverThatSays('LEN 1\r\n1\r\nDONE\r\n')
    await using store = dshmStore({ port: server.port })
    await expect(store.delete('k')).rejects.toThrow('something else than it was asked')
  })

  test('to a GET of a key that is not there is no fault, and the connection goes on', async () => {
    await using server = await serverThatSays('ERROR not_found\r\n')
    await using store = dshmStore({ port: server.port })
    expect(await store.read('k')).toBeUndefined()
    expect(await store.read('k')).toBeUndefined()
    expect(server.connections.total).toBe(1)
  })

  test('too late belongs to nobody', async () => {
    await using server = await protocolServer()
    await using proxy = await faultProxy({ to: server })
    await using store = dshmStore({ port: proxy.port })
    await store.write('one', bytesOf('of one'), inAnHour(), 'any')
    await store.write('two', bytesOf('of two'), inAnHour(), 'any')
    for (let round = 0; round < 20; round++) {
      proxy.fault = { kind: 'freeze' }
      const impatient = new AbortController()
      const late = store.read('one', { signal: impatient.signal })
      await expect.poll(() => proxy.connections.open, eventually).toBe(1)
      impatient.abort(new Error('gave up'))
      await expect(late).rejects.toThrow('gave up')
      const patient = store.read('two')
      proxy.fault = { kind: 'none' }
      expect(textOf(await patient)).toBe('of two')
    }
  })

  test('in part is a fault, wherever it is cut', async () => {
    await using server = await protocolServer()
    await using proxy = await faultProxy({ to: server })
    await using store = dshmStore({ port: proxy.port })
    await store.write('k', bytesOf('hello'), inAnHour(), 'any')
    const answer = 'LEN 5\r\nhello\r\nDONE\r\n'
    for (const reset of [false, true])
      for (let afterBytes = 0; afterBytes < answer.length; afterBytes++) {
        proxy.fault = { kind: 'cut', afterBytes, reset }
        await expect(store.read('k'), `after ${afterBytes} bytes`).rejects.toThrow()
        proxy.fault = { kind: 'none' }
        expect(textOf(await store.read('k'))).toBe('hello')
      }
    expect(proxy.connections.total).toBe(1 + 2 * answer.length)
  })
})

test('a write looks before it writes: what is there already must be what was read', async () => {
  await using server = await protocolServer()
  await using store = dshmStore({ port: server.port })
  const first = await store.write('k', bytesOf('one'), inAnHour(), 'absent')
  if (!first.ok) throw new Error('There was nothing.')
  expect(await store.write('k', bytesOf('two'), inAnHour(), 'absent')).toEqual({ ok: false, why: 'exists' })
  const second = await store.write('k', bytesOf('two'), inAnHour(), first.revision)
  if (!second.ok) throw new Error('Nobody else wrote.')
  expect(await store.write('k', bytesOf('three'), inAnHour(), first.revision)).toEqual({ ok: false, why: 'changed' })
  expect(textOf(await store.read('k'))).toBe('two')
  await store.delete('k')
  expect(await store.write('k', bytesOf('three'), inAnHour(), second.revision)).toEqual({ ok: false, why: 'gone' })
  expect(await store.read('k')).toBeUndefined()
})

describe('options', () => {
  test('have defaults', () => {
    const store = dshmStore()
    expect(store.keyOf('abc')).toBe('sessions::abc')
    expect(store.limits).toEqual({ connect: 500, operation: 250 })
    expect(store.connected).toBe(false)
  })

  test.each([
    ['host', ''],
    ['host', 'two words'],
    ['host', 'http://localhost'],
    ['port', 0],
    ['port', 65_536],
    ['port', 43.21],
    ['region', ''],
    ['region', 'my sessions'],
    ['region', 'my:sessions'],
    ['region', 'sessions\r\n'],
    ['region', 'сессии'],
    ['connectTimeout', 0],
    ['timeout', -1],
    ['timeout', Number.NaN],
    ['poolSize', 0],
    ['poolSize', Infinity],
    ['poolIdle', 0.5],
    ['poolIdle', 2 ** 31],
    ['poolBacklog', -1],
  ])('that are no good are refused by their name: %s %j', (option, value) => {
    expect(() => dshmStore({ [option]: value })).toThrow(SessionConfigError)
    expect(() => dshmStore({ [option]: value })).toThrow(`dshmStore: ${option} is `)
  })
})

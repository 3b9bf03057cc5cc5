import { type StoreNotice, StoreRefusedError } from '@sojourn/core/store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type MemcachedStore, type MemcachedStoreOptions, memcachedStore } from '../index.ts'
import { type Asked, type FakeServer, fakeServer, introductionOf } from './test-support/fake-server.ts'

const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose()
})

async function serve(...given: Parameters<typeof fakeServer>): Promise<FakeServer> {
  const server = await fakeServer(...given)
  disposals.push(() => server.close())
  return server
}

function storeAt(server: FakeServer, options: MemcachedStoreOptions = {}): MemcachedStore {
  const store = memcachedStore({ port: server.port, ...options })
  disposals.unshift(() => store[Symbol.asyncDispose]())
  return store
}

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600
const value = new Uint8Array([1, 2, 3])
const miss = (asked: Asked): void => asked.reply(asked.line.startsWith('mg') ? 'EN O' : 'NF O')

describe('keys', () => {
  test('are the prefix and the id', () => {
    expect(memcachedStore().keyOf('id')).toBe('sessions:id')
    expect(memcachedStore({ prefix: 'app' }).keyOf('id')).toBe('app:id')
  })

  test('that memcached would misunderstand never reach it', async () => {
    const server = await serve(miss)
    const store = storeAt(server)
    const hostile = store.keyOf('a\r\nflush_all')
    await expect(store.read(hostile)).rejects.toThrow(StoreRefusedError)
    await expect(store.write(hostile, value, inAnHour(), 'any')).rejects.toThrow(StoreRefusedError)
    await expect(store.delete(hostile)).rejects.toThrow(StoreRefusedError)
    await expect(store.lock.acquire(hostile, 'token', 10)).rejects.toThrow(StoreRefusedError)
    await expect(store.index.add(hostile, 'member', inAnHour())).rejects.toThrow(StoreRefusedError)
    expect(server.opened()).toBe(0)
  })
})

test('the time limits are those of the options', async () => {
  expect(memcachedStore({ connectTimeout: 100, timeout: 50 }).limits).toEqual({ connect: 100, operation: 50 })
})

test('a store is connected when it has a connection to every server', async () => {
  const servers = [await serve(miss), await serve(miss)]
  const store = memcachedStore({ servers: servers.map(({ port }) => `127.0.0.1:${port}`) })
  disposals.unshift(() => store[Symbol.asyncDispose]())
  expect(store.connected).toBe(false)
  for (let n = 0; servers.some((server) => server.opened() === 0); n++) {
    expect(store.connected).toBe(false)
    await store.read(store.keyOf(`id-${n}`))
  }
  expect(store.connected).toBe(true)
  store.reconnect()
  expect(store.connected).toBe(false)
})

test('a time limit in the middle of a step with two commands ends it', async () => {
  const server = await serve((asked) => asked.line.startsWith('mg') && asked.reply('VA 5 c1 O', 'token'))
  const { lock } = storeAt(server)
  const controller = new AbortController()
  const renewed = lock.renew('key', 'token', 10, { signal: controller.signal })
  await vi.waitFor(() => expect(server.asked).toHaveLength(2))
  controller.abort(new Error('enough'))
  await expect(renewed).rejects.toThrow('enough')
  await vi.waitFor(() => expect(server.sockets.size).toBe(0))
})

test('a lease is never for ever', async () => {
  const server = await serve((asked) => asked.reply('HD c1 O'))
  const { lock } = storeAt(server)
  expect(await lock.acquire('key', 'token', 0)).toBe(true)
  expect(server.asked[0]?.line).toContain(' T1 ')
})

describe('a server without evictions', () => {
  const warning = { type: 'warning', message: expect.stringContaining('-M') }

  test('is warned about once, however many listen and whenever they begin', async () => {
    const server = await serve(miss, introductionOf({ evictions: 'off' }))
    const store = storeAt(server)
    const [early, late] = [vi.fn<(notice: StoreNotice) => void>(), vi.fn<(notice: StoreNotice) => void>()]
    store.onNotice(early)
    expect(early).not.toHaveBeenCalled()
    await store.read('key')
    store.reconnect()
    await store.read('key')
    store.onNotice(late)
    expect(server.opened()).toBe(2)
    expect(early.mock.calls).toEqual([[warning]])
    expect(late.mock.calls).toEqual([[warning]])
  })

  test('is the only one that is', async () => {
    const store = storeAt(await serve(miss))
    const listener = vi.fn<(notice: StoreNotice) => void>()
    store.onNotice(listener)
    await store.read('key')
    expect(listener).not.toHaveBeenCalled()
  })
})

describe('a set', () => {
  test('that others change again and again is a fault in the end', async () => {
    const server = await serve((asked) =>
      asked.reply(...(asked.line.startsWith('mg') ? ['VA 2 c1 O', '[]'] : ['EX O'])),
    )
    const store = storeAt(server)
    await expect(store.index.add('set', 'member', inAnHour())).rejects.toThrow('50 times in a row')
    expect(server.asked).toHaveLength(100)
  })

  test.each(['{', '{}', '[["a"]]', '[["a","b"]]', '["a"]'])(
    'that holds %s is a fault, and nothing is written over it',
    async (text) => {
      const server = await serve((asked) => asked.reply(`VA ${text.length} c1 O`, text))
      const store = storeAt(server)
      await expect(store.index.members('set')).rejects.toThrow()
      await expect(store.index.add('set', 'member', inAnHour())).rejects.toThrow()
      expect(server.asked.map(({ line }) => line.slice(0, 3))).toEqual(['mg ', 'mg '])
    },
  )

  test('is left alone where a member is added that is in it for as long', async () => {
    const text = JSON.stringify([['member', inAnHour() + 10]])
    const server = await serve((asked) => asked.reply(`VA ${text.length} c1 O`, text))
    await storeAt(server).index.add('set', 'member', inAnHour())
    expect(server.asked).toHaveLength(1)
  })

  test('outlives its last member, and lets those go that have ended', async () => {
    const [ended, last] = [inAnHour() - 3601, inAnHour() + 10]
    const text = JSON.stringify([
      ['ended', ended],
      ['live', last],
    ])
    const server = await serve((asked) =>
      asked.reply(...(asked.line.startsWith('mg') ? [`VA ${text.length} c1 O`, text] : ['HD c2 O'])),
    )
    await storeAt(server).index.add('set', 'new', inAnHour())
    const [, added] = server.asked
    expect(JSON.parse(added?.value ?? '')).toEqual([
      ['live', last],
      ['new', expect.any(Number)],
    ])
    const [, ttl] = / T(\d+) /.exec(added?.line ?? '') ?? []
    expect(Date.now() / 1000 + Number(ttl)).toBeGreaterThan(last)
  })
})

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { startRedis } from '../../../scripts/lib/servers/redis.mjs'
import { type RedisStore, type RedisStoreOptions, redisStore } from './index.ts'

let server: Awaited<ReturnType<typeof startRedis>>
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

const host = '127.0.0.1'
const open = (options: RedisStoreOptions = {}): RedisStore =>
  redisStore({ host, port: server.port, connectTimeout: 20_000, ...options })
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds
const bytes = (text: string) => new TextEncoder().encode(text)
const revision = (written: Awaited<ReturnType<RedisStore['write']>>) => {
  if (!written.ok) throw new Error(written.why)
  return written.revision
}
/** Waits in the way of tests: again and again, until it is so. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 20 })

describe('every step', () => {
  /** The names of the commands that reach the server while steps are taken, without those that scripts run inside. */
  async function commandsOf(steps: (store: RedisStore, key: string) => Promise<unknown>): Promise<string[]> {
    await using store = open()
    await steps(store, store.keyOf(randomUUID()))
    const seen: string[][] = []
    const monitor = await new Redis({ host, port: server.port }).monitor()
    monitor.on('monitor', (_time: string, args: string[], source: string) => source !== 'lua' && seen.push(args))
    const id = randomUUID()
    await steps(store, store.keyOf(id))
    const end = randomUUID()
    await redisCli(server.port, 'ECHO', end)
    await soon(() => expect(seen.flat()).toContain(end))
    monitor.disconnect()
    return seen
      .filter((args) => args.some((argument) => argument.includes(id)))
      .map(([name = '']) => name.toLowerCase())
  }

  test('is one command', async () => {
    const commands = await commandsOf(async (store, key) => {
      const first = revision(await store.write(key, bytes('first'), inSeconds(60), 'absent'))
      await store.write(key, bytes('next'), inSeconds(60), (await store.read(key))?.revision ?? first)
      await store.write(key, bytes('refused'), inSeconds(60), first)
      await store.write(key, bytes('last'), inSeconds(60), 'any')
      await store.delete(key)
      await store.lock.acquire(key, 'token', 10)
      await store.lock.renew(key, 'token', 10)
      await store.lock.release(key, 'token')
      await store.index.add(key, 'member', inSeconds(60))
      await store.index.members(key)
      await store.index.remove(key, 'member')
    })
    expect(commands).toEqual([
      ...['set', 'get', 'evalsha', 'evalsha', 'set', 'del'],
      ...['set', 'evalsha', 'evalsha', 'evalsha', 'evalsha', 'zrem'],
    ])
  })

  test('is sent in full when the server has forgotten its script', async () => {
    await using store = open()
    const key = store.keyOf(randomUUID())
    for (let round = 0; round < 2; round++) {
      const before = revision(await store.write(key, bytes('before'), inSeconds(60), 'any'))
      await redisCli(server.port, 'SCRIPT', 'FLUSH')
      expect(await store.write(key, bytes('after'), inSeconds(60), before)).toMatchObject({ ok: true })
    }
  })
})

describe('keys', () => {
  test('are the prefix and the id, and lie beside their lock', async () => {
    await using store = open({ prefix: 'shop' })
    const id = randomUUID()
    const key = store.keyOf(id)
    await store.write(key, bytes('record'), inSeconds(60), 'any')
    await store.lock.acquire(key, 'token', 10)
    expect(await redisCli(server.port, 'GET', `shop:${id}`)).toBe('record')
    expect(await redisCli(server.port, 'GET', `shop:${id}.lock`)).toBe('token')
  })

  test('of two prefixes are two', async () => {
    await using shop = open({ prefix: 'shop' })
    await using blog = open({ prefix: 'blog' })
    const id = randomUUID()
    await shop.write(shop.keyOf(id), bytes('record'), inSeconds(60), 'any')
    expect(await blog.read(blog.keyOf(id))).toBeUndefined()
  })

  test('of two databases are two', async () => {
    await using one = open({ database: 1 })
    await using two = redisStore({ url: `redis://${host}:${server.port}/2` })
    const key = one.keyOf(randomUUID())
    await one.write(key, bytes('record'), inSeconds(60), 'any')
    expect(await two.read(key)).toBeUndefined()
    expect(await redisCli(server.port, '-n', 1, 'GET', key)).toBe('record')
  })

  test('of sets live as long as the last member, also when one comes that ends sooner', async () => {
    await using store = open()
    const set = store.keyOf(randomUUID())
    const end = inSeconds(600)
    await store.index.add(set, 'long', end)
    await store.index.add(set, 'short', inSeconds(10))
    expect(await redisCli(server.port, 'EXPIRETIME', set)).toBe(String(end))
    await store.index.add(set, 'ended', inSeconds(-10))
    expect(await redisCli(server.port, 'ZCARD', set)).toBe('2')
  })
})

describe('a server that refuses', () => {
  afterEach(() => redisCli(server.port, 'CONFIG', 'SET', 'maxmemory', '0'))

  test('for want of memory goes on reading and deleting', async () => {
    await using store = open()
    const [kept, unwritten] = [store.keyOf(randomUUID()), store.keyOf(randomUUID())]
    const before = revision(await store.write(kept, bytes('record'), inSeconds(60), 'any'))
    await redisCli(server.port, 'CONFIG', 'SET', 'maxmemory', '1')
    const refused = { name: 'StoreRefusedError', message: expect.stringContaining('OOM') }
    await expect(store.write(unwritten, bytes('record'), inSeconds(60), 'absent')).rejects.toMatchObject(refused)
    await expect(store.write(kept, bytes('next'), inSeconds(60), before)).rejects.toMatchObject(refused)
    await expect(store.index.add(unwritten, 'member', inSeconds(60))).rejects.toMatchObject(refused)
    expect((await store.read(kept))?.revision).toBe(before)
    await store.delete(kept)
    expect(await store.read(kept)).toBeUndefined()
    expect(store.connected).toBe(true)
  })

  test('because the user may not, or the key holds something else, says so without the record', async () => {
    await redisCli(server.port, 'ACL', 'SETUSER', 'reader', 'on', '>reader-password', '~*', '+get', '+info')
    await using store = open({ username: 'reader', password: 'reader-password' })
    const key = store.keyOf(randomUUID())
    expect(await store.read(key)).toBeUndefined()
    const refusal = await store.write(key, bytes('canary'), inSeconds(60), 'any').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ name: 'StoreRefusedError', message: expect.stringContaining('NOPERM') })
    await redisCli(server.port, 'LPUSH', key, 'other')
    await expect(store.read(key)).rejects.toMatchObject({ message: expect.stringContaining('WRONGTYPE') })
    expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toMatch(/canary|reader-password/)
  })
})

test('a database that there is not is refused, in place of the one that the server begins with', async () => {
  await using store = open({ database: 99 })
  const key = store.keyOf(randomUUID())
  await expect(store.write(key, bytes('record'), inSeconds(60), 'any')).rejects.toThrow('DB index is out of range')
  await expect(store.read(key)).rejects.toThrow('DB index is out of range')
  expect(await redisCli(server.port, 'EXISTS', key)).toBe('0')
})

test('a server that goes on wanting replicas is left once, and read from meanwhile', async () => {
  await redisCli(server.port, 'CONFIG', 'SET', 'min-replicas-to-write', '1')
  try {
    await using store = open()
    const key = store.keyOf(randomUUID())
    const write = () => store.write(key, bytes('record'), inSeconds(60), 'any')
    const refused = { name: 'StoreRefusedError', message: expect.stringContaining('NOREPLICAS') }
    await expect(write()).rejects.toMatchObject(refused)
    expect(store.connected).toBe(false)
    await store.read(key)
    await expect(write()).rejects.toMatchObject(refused)
    expect(store.connected).toBe(true)
  } finally {
    await redisCli(server.port, 'CONFIG', 'SET', 'min-replicas-to-write', '0')
  }
})

test('a user that there is not is refused, in place of the one that needs no password', async () => {
  await using store = open({ username: 'nobody', password: 'canary' })
  await expect(store.read(store.keyOf(randomUUID()))).rejects.toThrow('WRONGPASS')
})

describe('a warning', () => {
  afterEach(() => redisCli(server.port, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction'))

  const noticesOf = async (store: RedisStore): Promise<string[]> => {
    const notices: string[] = []
    await store.read(store.keyOf(randomUUID()))
    store.onNotice((notice) => notices.push(notice.type === 'warning' ? notice.message : notice.type))
    await store.read(store.keyOf(randomUUID()))
    await store.read(store.keyOf(randomUUID()))
    return notices
  }

  test('tells once that the server may drop sessions', async () => {
    await redisCli(server.port, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await using store = open()
    expect(await noticesOf(store)).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru')])
    const client = await createClient({ socket: { host, port: server.port } }).connect()
    expect(await noticesOf(redisStore({ client }))).toHaveLength(1)
    client.destroy()
  })

  test('is not given where it drops none', async () => {
    await redisCli(server.port, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    await using store = open()
    expect(await noticesOf(store)).toEqual([])
  })
})

describe('a write that should outlive a failover', () => {
  test('says that no replica has it', async () => {
    await using store = open({ durability: 'replica', replicaTimeout: 20 })
    const key = store.keyOf(randomUUID())
    const written = await store.write(key, bytes('record'), inSeconds(60), 'absent', { confirm: true })
    expect(written).toMatchObject({ ok: true, unconfirmed: true })
    const next = await store.write(key, bytes('next'), inSeconds(60), revision(written), { confirm: true })
    expect(next).toMatchObject({ ok: true, unconfirmed: true })
    await store.delete(key, { confirm: true })
    expect(await store.read(key)).toBeUndefined()
  })

  test('keeps nobody waiting who does not ask for it', async () => {
    await using store = open({ durability: 'replica', replicaTimeout: 3000, timeout: 10_000 })
    const key = store.keyOf(randomUUID())
    const confirmed = store.write(key, bytes('record'), inSeconds(60), 'any', { confirm: true })
    await soon(async () => expect(await store.read(key)).toBeDefined())
    let isOver = false
    void confirmed.then(() => {
      isOver = true
    })
    expect(await store.write(key, bytes('next'), inSeconds(60), 'any')).not.toHaveProperty('unconfirmed')
    expect(isOver).toBe(false)
    await confirmed
  })

  test('is confirmed where a replica has it, by clients of both kinds', async () => {
    const replica = await startRedis({
      args: ['--replicaof', host, String(server.port), '--repl-diskless-sync-delay', '0'],
    })
    await soon(async () => expect(await redisCli(replica.port, 'ROLE')).toContain('connected'))
    const client = await createClient({ socket: { host, port: server.port } }).connect()
    const stores = [open({ durability: 'replica' }), redisStore({ client, durability: 'replica' })]
    for (const store of stores) {
      const key = store.keyOf(randomUUID())
      // A replica that has just joined may be late.
      await soon(async () => {
        const written = await store.write(key, bytes('record'), inSeconds(60), 'any', { confirm: true })
        expect(written).toEqual({ ok: true, revision: expect.any(String) })
      })
      expect(await redisCli(replica.port, 'GET', key)).toBe('record')
      await store[Symbol.asyncDispose]()
    }
    client.destroy()
    await replica.stop()
  })
})

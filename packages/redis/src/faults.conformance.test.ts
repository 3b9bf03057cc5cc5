import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { startRedis } from '../../../scripts/lib/servers/redis.mjs'
import { startRedisCluster } from '../../../scripts/lib/servers/redis-cluster.mjs'
import { startSentinel } from '../../../scripts/lib/servers/redis-sentinel.mjs'
import { secure } from '../test/stores.ts'
import { type RedisStore, redisStore } from './index.ts'

const host = '127.0.0.1'
/** For tests that are not about time: the machine may be busy. */
const patience = { connectTimeout: 20_000 }
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds
const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = async (store: RedisStore, key: string) => new TextDecoder().decode((await store.read(key))?.bytes)
const write = (store: RedisStore, key: string, text: string) => store.write(key, bytes(text), inSeconds(600), 'any')
/** Waits in the way of tests: again and again, until it is so. */
const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 })
const messageOf = (step: Promise<unknown>) => step.then(() => 'it worked', String)

/** What is undone when a test is over, however it ends. */
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})
async function ownServer() {
  const server = await startRedis()
  undo.push(server.stop)
  return server
}

describe('a connection that cannot be had', () => {
  test('for nobody listens there, fails at once', async () => {
    await using store = redisStore({ host, port: 1 })
    expect(store.connected).toBe(false)
    expect(await messageOf(store.read('key'))).toContain('ECONNREFUSED')
    expect(store.connected).toBe(false)
  })

  test('for the password is wrong, does not show it', async () => {
    for (const password of ['canary-password', '']) {
      await using store = redisStore({ ...patience, ...secure, password })
      const error: unknown = await store.read('key').catch((error: unknown) => error)
      expect(String(error)).toMatch(/WRONGPASS|NOAUTH/)
      expect(error).not.toMatchObject({ name: 'StoreRefusedError' })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary')
    }
  })

  test('for the certificate is not to be trusted, or of another server', async () => {
    await using distrustful = redisStore({ ...patience, ...secure, tls: { serverName: secure.tls.serverName } })
    expect(await messageOf(distrustful.read('key'))).toMatch(/certificate/)
    await using confused = redisStore({ ...patience, ...secure, tls: { ...secure.tls, serverName: 'other.test' } })
    expect(await messageOf(confused.read('key'))).toMatch(/altnames|does not match/)
    await using trustful = redisStore({ ...patience, ...secure, tls: { verify: false } })
    expect(await trustful.read(trustful.keyOf(randomUUID()))).toBeUndefined()
  })

  test('for the server accepts and says nothing, fails within the limit for it', async () => {
    const server = await ownServer()
    server.freeze()
    undo.push(server.thaw)
    await using store = redisStore({ host, port: server.port, username: 'default', password: 'x', connectTimeout: 100 })
    expect(await messageOf(store.read('key'))).toContain('no connection within 100 ms')
  })

  test('for the store was disposed of', async () => {
    const store = redisStore({ host, port: 1 })
    await store[Symbol.asyncDispose]()
    expect(await messageOf(store.read('key'))).toContain('disposed of')
  })
})

describe('a server that is killed and comes back', () => {
  test('fails what is under way, sends none of it again, and is used again without more ado', async () => {
    const server = await ownServer()
    await using store = redisStore({ ...patience, host, port: server.port })
    const key = store.keyOf(randomUUID())
    await write(store, key, 'before')
    server.freeze()
    const lost = messageOf(write(store, key, 'lost'))
    await server.kill()
    expect(await lost).not.toBe('it worked')
    expect(await messageOf(store.read(key))).toContain('ECONNREFUSED')
    expect(store.connected).toBe(false)
    await server.restart()
    expect(await store.read(key)).toBeUndefined()
    expect(store.connected).toBe(true)
    expect((await write(store, key, 'after')).ok).toBe(true)
  })

  test('is used again by clients that were given, which stay open', async () => {
    const server = await ownServer()
    const ioredis = new Redis({ host, port: server.port })
    ioredis.on('error', () => {})
    const nodeRedis = createClient({ socket: { host, port: server.port } })
    nodeRedis.on('error', () => {})
    undo.push(
      () => ioredis.disconnect(),
      () => nodeRedis.destroy(),
    )
    await nodeRedis.connect()
    for (const client of [ioredis, nodeRedis]) {
      await using store = redisStore({ client })
      const key = store.keyOf(randomUUID())
      await write(store, key, 'before')
      await server.kill()
      await soon(() => expect(store.connected).toBe(false))
      expect(await messageOf(store.read(key))).toContain('is not connected')
      await server.restart()
      await soon(() => store.read(key))
      await write(store, key, 'after')
      expect(await textOf(store, key)).toBe('after')
    }
    expect(await ioredis.ping()).toBe('PONG')
    expect(await nodeRedis.ping()).toBe('PONG')
  })
})

describe('a server that is frozen', () => {
  test('is left by reconnect(), and its late answers are nobody’s', async () => {
    const server = await ownServer()
    await using store = redisStore({ host, port: server.port })
    const keys = Array.from({ length: 20 }, () => store.keyOf(randomUUID()))
    for (const key of keys) await write(store, key, key)
    server.freeze()
    undo.push(server.thaw)
    const reads = keys.map((key) => messageOf(store.read(key)))
    store.reconnect()
    expect(new Set(await Promise.all(reads))).toHaveLength(1)
    const late = keys.toReversed().map((key) => textOf(store, key).catch(() => key))
    server.thaw()
    expect(await Promise.all(late)).toEqual(keys.toReversed())
    expect(await textOf(store, keys[0]!)).toBe(keys[0])
  })
})

describe('a cluster', () => {
  test('is given the credentials on every node', async () => {
    const cluster = await startRedisCluster()
    undo.push(cluster.stop)
    for (const port of cluster.ports)
      await redisCli(port, 'CONFIG', 'SET', 'masterauth', 'password', 'requirepass', 'password')
    const nodes = [{ host, port: cluster.ports[0]! }]
    await using stranger = redisStore({ ...patience, cluster: { nodes } })
    expect(await messageOf(stranger.read('key'))).toContain('NOAUTH')
    await using store = redisStore({ ...patience, cluster: { nodes }, password: 'password' })
    const keys = Array.from({ length: 30 }, () => store.keyOf(randomUUID()))
    for (const key of keys) expect((await write(store, key, key)).ok).toBe(true)
    for (const key of keys) expect(await textOf(store, key)).toBe(key)
  })

  test('has a record and its lock on one node', async () => {
    const { ports } = servers().redisCluster
    await using store = redisStore({ ...patience, cluster: { nodes: ports.map((port) => ({ host, port })) } })
    for (let round = 0; round < 5; round++) {
      const key = store.keyOf(randomUUID())
      const slots = [key, `${key}.lock`].map((name) => redisCli(ports[0]!, 'CLUSTER', 'KEYSLOT', name))
      expect(new Set(await Promise.all(slots)).size).toBe(1)
    }
  })
})

describe('when another server takes over', () => {
  test('sentinels lead to it, away from a master that is frozen', async () => {
    const sentinels = await startSentinel()
    undo.push(sentinels.stop)
    const { master, masterName, currentMaster } = sentinels
    await using store = redisStore({
      sentinel: { nodes: sentinels.ports.map((port) => ({ host, port })), master: masterName },
    })
    const key = store.keyOf(randomUUID())
    await write(store, key, 'before')

    master.freeze()
    undo.push(master.thaw)
    store.reconnect()
    await soon(() => write(store, key, 'after'))
    await soon(async () => expect(await currentMaster()).toBe(sentinels.replicaPort))

    expect(await textOf(store, key)).toBe('after')
  })

  test('a server that says it is a replica is asked no more', async () => {
    const master = await ownServer()
    await using store = redisStore({ ...patience, host, port: master.port })
    const key = store.keyOf(randomUUID())
    await write(store, key, 'before')
    const other = await ownServer()
    await redisCli(master.port, 'REPLICAOF', host, other.port)
    const error: unknown = await write(store, key, 'lost').catch((error: unknown) => error)
    expect(String(error)).toContain('READONLY')
    expect(error).not.toMatchObject({ name: 'StoreRefusedError' })
    expect(store.connected).toBe(false)
    await redisCli(master.port, 'REPLICAOF', 'NO', 'ONE')
    expect((await write(store, key, 'after')).ok).toBe(true)
  })

  test('a cluster is followed while one of its masters is frozen, and the others go on', async () => {
    const cluster = await startRedisCluster()
    undo.push(cluster.stop)
    const nodes = cluster.ports.map((port) => ({ host, port }))
    await using store = redisStore({ cluster: { nodes }, timeout: 1000, durability: 'replica', replicaTimeout: 900 })
    const keys = Array.from({ length: 30 }, () => store.keyOf(randomUUID()))
    // A replica that has just joined may be late.
    for (const key of keys)
      await soon(async () => {
        const written = await store.write(key, bytes(key), inSeconds(600), 'any', { confirm: true })
        expect(written).toEqual({ ok: true, revision: expect.any(String) })
      })

    const slotOwner = await ownerOf(cluster.ports, keys[0]!)
    const frozen = cluster.nodes[cluster.ports.indexOf(slotOwner)]!
    frozen.freeze()
    undo.push(frozen.thaw)
    await soon(() => write(store, keys[0]!, 'after'))
    for (const key of keys.slice(1)) expect(await textOf(store, key)).toBe(key)
    expect(await textOf(store, keys[0]!)).toBe('after')
  })
})

/** The port of the node that has a key. */
async function ownerOf(ports: readonly number[], key: string): Promise<number> {
  for (const port of ports)
    if ((await redisCli(port, 'ROLE')).startsWith('master') && (await redisCli(port, 'GET', key)) === key) return port
  throw new Error('No node has the key.')
}

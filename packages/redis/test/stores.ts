import { readFileSync } from 'node:fs'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import type { GivenClient } from '../src/lib/given-client.ts'
import type { RedisStoreOptions } from '../src/lib/options.ts'
import { type RedisStore, redisStore } from '../src/lib/store.ts'

const host = '127.0.0.1'
const { redis, redisSecure, redisCluster, redisSentinel } = servers()
const clusterNodes = redisCluster.ports.map((port) => ({ host, port }))

/** These tests are not about time, and the machine may be busy. */
const patience = { connectTimeout: 20_000, timeout: 10_000 } satisfies RedisStoreOptions

/** The TLS server; its users have passwords. */
export const secure = {
  host,
  port: redisSecure.tlsPort,
  tls: { ca: readFileSync(redisSecure.caFile, 'utf8'), serverName: redisSecure.serverName },
  username: redisSecure.user,
  password: redisSecure.password,
} satisfies RedisStoreOptions

// Suites that run at the same time write the same keys, so each has a prefix of its own.

export const openSingle = (): RedisStore => redisStore({ ...patience, prefix: 'single', host, port: redis.port })

export const openAutoPipelining = (): RedisStore =>
  redisStore({ ...patience, prefix: 'auto', url: `redis://${host}:${redis.port}`, autoPipelining: true })

export const openSecure = (): RedisStore => redisStore({ ...patience, prefix: 'secure', ...secure })

export const openSocket = (): RedisStore =>
  redisStore({
    ...patience,
    prefix: 'socket',
    socket: redisSecure.socket,
    username: redisSecure.user,
    password: redisSecure.password,
  })

export const openSentinel = (): RedisStore =>
  redisStore({
    ...patience,
    sentinel: { nodes: redisSentinel.ports.map((port) => `${host}:${port}`), master: redisSentinel.masterName },
    durability: 'replica',
  })

export const openCluster = (): RedisStore =>
  redisStore({ ...patience, prefix: 'cluster', cluster: { nodes: clusterNodes }, durability: 'replica' })

export function openIoredis(): RedisStore {
  const client = new Redis({ host, port: redis.port, lazyConnect: true })
  return storeOn('ioredis', client, () => client.disconnect())
}

export function openIoredisCluster(): RedisStore {
  const client = new Cluster(clusterNodes)
  return storeOn('ioredis-cluster', client, () => client.disconnect())
}

export function openNodeRedis(): RedisStore {
  const client = createClient({ socket: { host, port: redis.port } })
  void client.connect()
  return storeOn('node-redis', client, () => client.destroy())
}

export function openNodeRedisCluster(): RedisStore {
  const client = createCluster({ rootNodes: clusterNodes.map((socket) => ({ socket })) })
  void client.connect()
  return storeOn('node-redis-cluster', client, () => client.destroy())
}

/** Nobody but the app closes a client that was given: here the app is done when the store is. */
function storeOn(prefix: string, client: GivenClient, close: () => void): RedisStore {
  return Object.assign(redisStore({ ...patience, prefix, client }), { [Symbol.asyncDispose]: async () => close() })
}

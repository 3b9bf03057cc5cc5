/**
 * Sessions on Redis, or on a server that speaks its protocol (Valkey).
 * @module
 */

export { redisFromEnv } from './lib/from-env.ts'
export type { GivenClient, IoredisClient, NodeRedisClient, NodeRedisCluster } from './lib/given-client.ts'
export type {
  RedisClusterOptions,
  RedisNode,
  RedisSentinelOptions,
  RedisStoreOptions,
  RedisTlsOptions,
} from './lib/options.ts'
export { type RedisStore, redisStore } from './lib/store.ts'

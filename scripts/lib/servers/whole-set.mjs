import { startDshm } from './dshm.mjs'
import { startMemcached, startMemcachedOnSocket, startMemcachedWithTls } from './memcached.mjs'
import { startRedis, startSecureRedis } from './redis.mjs'
import { startRedisCluster } from './redis-cluster.mjs'
import { startSentinel } from './redis-sentinel.mjs'
import { stopAll } from './server.mjs'

/**
 * Starts everything that the stores are tested on.
 * @returns {Promise<{ addresses: import('./addresses.mjs').Addresses, stop: () => Promise<void> }>}
 */
export async function startWholeSet() {
  const servers = await Promise.all([
    startRedis(),
    startSecureRedis(),
    startRedisCluster(),
    startSentinel(),
    startMemcached(),
    startMemcachedOnSocket(),
    startMemcachedWithTls(),
    startMemcached(),
    startMemcached(),
    startDshm(),
  ])
  const [
    redis,
    redisSecure,
    redisCluster,
    redisSentinel,
    memcached,
    memcachedSocket,
    memcachedTls,
    second,
    third,
    dshm,
  ] = servers
  const { tlsPort, socket, user, password, defaultPassword, caFile, certFile, keyFile, serverName } = redisSecure
  const { ports, masterName, masterPort, replicaPort } = redisSentinel
  return {
    addresses: {
      redis: { port: redis.port },
      redisSecure: { tlsPort, socket, user, password, defaultPassword, caFile, certFile, keyFile, serverName },
      redisCluster: { ports: redisCluster.ports },
      redisSentinel: { ports, masterName, masterPort, replicaPort },
      memcached: { port: memcached.port },
      memcachedSocket: { path: memcachedSocket.path },
      memcachedTls: { port: memcachedTls.port, caFile: memcachedTls.caFile, serverName: memcachedTls.serverName },
      memcachedMore: { ports: [second.port, third.port] },
      dshm: { ports: dshm.ports },
    },
    stop: () => stopAll(servers),
  }
}

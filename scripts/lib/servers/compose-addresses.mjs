/** Prints where the servers of compose.yaml are, as a value for SOJOURN_SERVERS. */
import { root } from '../workspace.mjs'

const folder = `${root}/node_modules/.cache/sojourn/compose`
const caFile = `${folder}/ca.crt`
const serverName = 'servers.sojourn.test'

/** @type {import('./addresses.mjs').Addresses} */
const addresses = {
  redis: { port: 27_001 },
  redisSecure: {
    tlsPort: 27_002,
    socket: `${folder}/redis.sock`,
    user: 'app',
    password: 'app-password',
    defaultPassword: 'default-password',
    caFile,
    certFile: `${folder}/server.crt`,
    keyFile: `${folder}/server.key`,
    serverName,
  },
  redisCluster: { ports: [27_101, 27_102, 27_103, 27_104, 27_105, 27_106] },
  redisSentinel: {
    ports: [27_301, 27_302, 27_303],
    masterName: 'sojourn',
    masterPort: 27_201,
    replicaPort: 27_202,
  },
  memcached: { port: 27_401 },
  memcachedSocket: { path: `${folder}/memcached.sock` },
  memcachedTls: { port: 27_404, caFile, serverName },
  memcachedMore: { ports: [27_402, 27_403] },
  dshm: { ports: [27_701, 27_702] },
}

process.stdout.write(`${JSON.stringify({ addresses })}\n`)

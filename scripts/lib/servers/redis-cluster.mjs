import { redisCli } from './ask.mjs'
import { freePorts } from './free-ports.mjs'
import { until } from './poll.mjs'
import { startRedis } from './redis.mjs'
import { stopAll } from './server.mjs'

const READY_WITHIN_MS = 60_000
const NODES = 6

/** How long a node may be silent before the others take it for dead. */
const NODE_TIMEOUT_MS = 2_000

const clusterMode = [
  ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'],
  ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--repl-diskless-sync-delay', '0'],
]

/** @param {number} port */
async function role(port) {
  const [name = '', , , link = ''] = (await redisCli(port, 'ROLE')).split('\n')
  return { name, link }
}

/** Replicas that have not got everything yet can not take over: their cluster would stay down. @param {number} port */
async function isReady(port) {
  const [info, { name, link }] = await Promise.all([redisCli(port, 'CLUSTER', 'INFO'), role(port)])
  const knowsAll = info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`)
  return knowsAll && (name === 'master' || link === 'connected')
}

/**
 * A Redis Cluster of three masters, each with a replica. Which node is what: ask it for its ROLE with `redisCli`;
 * `redisCli(port, '--cluster', 'reshard', …)` moves slots.
 */
export async function startRedisCluster() {
  const ports = await freePorts(NODES)
  const nodes = await Promise.all(ports.map((port) => startRedis({ port, args: clusterMode })))
  const [first = 0] = ports
  const addresses = ports.map((port) => `127.0.0.1:${port}`)
  await redisCli(first, '--cluster', 'create', ...addresses, '--cluster-replicas', 1, '--cluster-yes')
  await until(
    async () => (await Promise.all(ports.map(isReady))).every(Boolean),
    READY_WITHIN_MS,
    () => 'The Redis Cluster did not come together.',
  )
  return { ports, nodes, stop: () => stopAll(nodes) }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, redisCli } from './ask.mjs'
import { freePort, freePorts } from './free-ports.mjs'
import { temporaryFolder } from './own-process.mjs'
import { until } from './poll.mjs'
import { startRedis } from './redis.mjs'
import { startServer, stopAll } from './server.mjs'

const READY_WITHIN_MS = 60_000
const SENTINELS = 3
const MASTER_NAME = 'sojourn'

/** A sentinel rewrites its configuration as it learns, so each has a file of its own. */
const configuration = (/** @type {number} */ port, /** @type {number} */ masterPort) => `
bind 127.0.0.1
port ${port}
sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 2
sentinel down-after-milliseconds ${MASTER_NAME} 1000
sentinel failover-timeout ${MASTER_NAME} 3000
sentinel parallel-syncs ${MASTER_NAME} 1
`

/** @param {number} masterPort */
async function startOneSentinel(masterPort) {
  const port = await freePort()
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'sentinel.conf'), configuration(port, masterPort))
  const server = await startServer({
    name: `Redis Sentinel on port ${port}`,
    command: 'redis-sentinel',
    args: [join(folder, 'sentinel.conf')],
    folder,
    isReady: async () => (await ask({ port }, 'PING')).startsWith('+PONG'),
  })
  return Object.assign(server, { port })
}

/** Whether a sentinel has found the replica and the other sentinels. @param {number} port */
async function knowsAll(port) {
  const facts = (await redisCli(port, 'SENTINEL', 'MASTER', MASTER_NAME)).split('\n')
  const fact = (/** @type {string} */ name) => Number(facts[facts.indexOf(name) + 1])
  return fact('num-slaves') === 1 && fact('num-other-sentinels') === SENTINELS - 1
}

/** A Redis master, a replica of it, and three sentinels that watch over them. */
export async function startSentinel() {
  const [masterPort = 0, replicaPort = 0] = await freePorts(2)
  const master = await startRedis({ port: masterPort, args: ['--repl-diskless-sync-delay', '0'] })
  const following = ['--replicaof', '127.0.0.1', String(masterPort), '--repl-diskless-sync-delay', '0']
  const replica = await startRedis({ port: replicaPort, args: following })
  const inSync = async () => (await redisCli(replicaPort, 'ROLE')).includes('connected')
  await until(inSync, READY_WITHIN_MS, () => 'The Redis replica did not catch up with its master.')

  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => startOneSentinel(masterPort)))
  const ports = sentinels.map(({ port }) => port)
  const complaint = () => 'The sentinels did not find one another.'
  await until(async () => (await Promise.all(ports.map(knowsAll))).every(Boolean), READY_WITHIN_MS, complaint)

  /** The port of the server that the sentinels take for the master now. */
  const currentMaster = async () => {
    const answer = await redisCli(ports[0] ?? 0, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER_NAME)
    return Number(answer.split('\n')[1])
  }
  // The sentinels first, or they would begin a failover.
  const stop = async () => {
    await stopAll(sentinels)
    await stopAll([master, replica])
  }
  return { ports, masterName: MASTER_NAME, masterPort, replicaPort, master, replica, sentinels, currentMaster, stop }
}

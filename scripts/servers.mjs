/**
 * `npm run servers`: the servers that the stores are tested on, until Ctrl-C. Tests find them by themselves.
 */
import { stopOnSignals } from './lib/processes.mjs'
import { bold, duration, heading, red, say, table } from './lib/say.mjs'
import { publish, publisher, unpublish } from './lib/servers/addresses.mjs'
import { startWholeSet } from './lib/servers/whole-set.mjs'
import { setup } from './lib/setup.mjs'
import { installMissingParts, serverParts, whyMissing } from './lib/system-parts.mjs'

/** @param {number[]} ports */
const at = (...ports) => ports.map((port) => `127.0.0.1:${port}`).join(' ')

/** @param {import('./lib/servers/addresses.mjs').Addresses} addresses */
function describe({ redisSecure, redisSentinel, memcachedTls, ...others }) {
  const { user, password, defaultPassword } = redisSecure
  return table([
    [bold('Redis'), at(others.redis.port)],
    ['  with TLS', `${at(redisSecure.tlsPort)} (name ${redisSecure.serverName}, authority ${redisSecure.caFile})`],
    ['  on a socket', redisSecure.socket],
    ['', `(both: user ${user}, password ${password}; user default, password ${defaultPassword})`],
    ['  Cluster', at(...others.redisCluster.ports)],
    ['  Sentinel', `${at(...redisSentinel.ports)} (for the master named ${redisSentinel.masterName})`],
    ['', `(master ${at(redisSentinel.masterPort)}, replica ${at(redisSentinel.replicaPort)})`],
    [bold('memcached'), at(others.memcached.port, ...others.memcachedMore.ports)],
    ['  with TLS', `${at(memcachedTls.port)} (name ${memcachedTls.serverName}, authority ${memcachedTls.caFile})`],
    ['  on a socket', others.memcachedSocket.path],
    [bold('DSHM'), `${at(...others.dshm.ports)} (two members of one cluster)`],
  ])
}

function demandNoOther() {
  const pid = publisher()
  if (pid) throw new Error(`The servers are running already, in process ${pid}.`)
}

async function demandParts() {
  await installMissingParts(serverParts)
  const why = whyMissing(...serverParts)
  if (why) throw new Error(why)
}

stopOnSignals(() => 0)
await setup()

try {
  demandNoOther()
  heading('System parts')
  await demandParts()
  heading('Starting')
  const began = performance.now()
  const { addresses } = await startWholeSet()
  publish(addresses)
  process.once('exit', () => unpublish())
  say(`${describe(addresses)}\n`)
  say(`Ready in ${duration(performance.now() - began)}. Ctrl-C stops them. In another terminal:`)
  say('npx pnpm --filter @sojourn/redis run test:conformance')
  setInterval(() => {}, 60_000)
} catch (error) {
  process.exitCode = 1
  say(red(error instanceof Error ? error.message : String(error)))
}

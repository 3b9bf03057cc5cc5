import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root } from '../workspace.mjs'

/**
 * Where the servers of the tests are; everything listens on 127.0.0.1 or on a socket. The certificates name
 * `serverName` and `localhost`, not the address.
 * @typedef {object} Addresses
 * @property {{ port: number }} redis
 * @property {{ tlsPort: number, socket: string, user: string, password: string, defaultPassword: string, caFile: string, certFile: string, keyFile: string, serverName: string }} redisSecure
 *   an ACL user with a password; `defaultPassword` is that of the user `default`
 * @property {{ ports: number[] }} redisCluster three masters and a replica of each, in no order
 * @property {{ ports: number[], masterName: string, masterPort: number, replicaPort: number }} redisSentinel
 *   `ports` are those of the three sentinels
 * @property {{ port: number }} memcached
 * @property {{ path: string }} memcachedSocket
 * @property {{ port: number, caFile: string, serverName: string }} memcachedTls
 * @property {{ ports: number[] }} memcachedMore two more, to spread keys over
 * @property {{ ports: [number, number] }} dshm two members of one cluster
 */

const FILE = `${root}/node_modules/.cache/sojourn/servers.json`
const VARIABLE = 'SOJOURN_SERVERS'
const HOW_TO_START = 'Run `npm run servers` in another terminal, or the tests by `npm test -- conformance`.'

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** @param {string} path @returns {string | undefined} */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * The addresses of the servers that are running. They come from the environment in `npm test`, and from a file while
 * `npm run servers` is at work. Those that belong to no process of ours, as in compose.yaml, are taken as they are.
 * @param {{ env?: NodeJS.ProcessEnv, file?: string }} [from]
 * @returns {Addresses}
 */
export function servers({ env = process.env, file = FILE } = {}) {
  const found = env[VARIABLE] ?? read(file)
  if (found === undefined) throw new Error(`The servers are not running. ${HOW_TO_START}`)
  const { pid, addresses } = JSON.parse(found)
  const hasEnded = pid !== undefined && !isAlive(pid)
  if (hasEnded) throw new Error(`The servers have ended (process ${pid} is gone). ${HOW_TO_START}`)
  return addresses
}

/** @param {Addresses} addresses of servers that end with this process @param {number} [indent] */
const written = (addresses, indent) => JSON.stringify({ pid: process.pid, addresses }, null, indent)

/** What to add to the environment of tests. @param {Addresses} addresses */
export const asEnvironment = (addresses) => ({ [VARIABLE]: written(addresses) })

/** Tells every process of this checkout where the servers are. @param {Addresses} addresses */
export function publish(addresses, file = FILE) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${written(addresses, 2)}\n`)
}

/** Takes back what this process has published. */
export function unpublish(file = FILE) {
  if (publisher(file) === process.pid) rmSync(file)
}

/** The process that has published servers which are still running. @returns {number | undefined} */
export function publisher(file = FILE) {
  const { pid } = JSON.parse(read(file) ?? '{}')
  return pid && isAlive(pid) ? pid : undefined
}

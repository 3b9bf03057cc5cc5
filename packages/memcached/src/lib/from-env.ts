import { readFileSync } from 'node:fs'
import {
  count,
  type Environment,
  flag,
  type LockSettings,
  lockOption,
  lockVariables,
  milliseconds,
  readVariables,
  SessionConfigError,
  type StoreFromEnv,
  type StoreSettings,
  text,
  textList,
  type Variable,
  type VariableFor,
} from '@sojourn/core/store'
import type { MemcachedStoreOptions, MemcachedTlsOptions } from './options.ts'
import { memcachedStore } from './store.ts'

interface MemcachedVariables extends LockSettings {
  readonly host?: string
  readonly port?: number
  readonly socket?: string
  readonly servers?: readonly string[]
  readonly prefix?: string
  readonly tls?: boolean
  readonly verify?: boolean
  readonly serverName?: string
  readonly ca?: string
  readonly connectTimeout?: number
  readonly sendTimeout?: number
  readonly readTimeout?: number
  readonly size?: number
  readonly idle?: number
  readonly backlog?: number
}

const variables: readonly VariableFor<MemcachedVariables>[] = [
  { name: 'SESSION_MEMCACHE_HOST', setting: 'host', parse: text },
  { name: 'SESSION_MEMCACHE_PORT', setting: 'port', parse: (variable) => count(variable, 'a port', 1, 65_535) },
  { name: 'SESSION_MEMCACHE_SOCKET', setting: 'socket', parse: text },
  { name: 'SESSION_MEMCACHE_SERVERS', setting: 'servers', parse: textList },
  { name: 'SESSION_MEMCACHE_PREFIX', setting: 'prefix', parse: text },
  { name: 'SESSION_MEMCACHE_SSL', setting: 'tls', parse: flag },
  { name: 'SESSION_MEMCACHE_SSL_VERIFY', setting: 'verify', parse: flag },
  { name: 'SESSION_MEMCACHE_SERVER_NAME', setting: 'serverName', parse: text },
  { name: 'SESSION_MEMCACHE_CA_FILE', setting: 'ca', parse: contents },
  { name: 'SESSION_MEMCACHE_CONNECT_TIMEOUT', setting: 'connectTimeout', parse: milliseconds },
  { name: 'SESSION_MEMCACHE_SEND_TIMEOUT', setting: 'sendTimeout', parse: milliseconds },
  { name: 'SESSION_MEMCACHE_READ_TIMEOUT', setting: 'readTimeout', parse: milliseconds },
  {
    name: 'SESSION_MEMCACHE_POOL_SIZE',
    setting: 'size',
    parse: (variable) => count(variable, 'a number of connections', 1),
  },
  { name: 'SESSION_MEMCACHE_POOL_TIMEOUT', setting: 'idle', parse: milliseconds },
  { name: 'SESSION_MEMCACHE_KEEPALIVE_TIMEOUT', setting: 'idle', parse: milliseconds },
  { name: 'SESSION_MEMCACHE_POOL_BACKLOG', setting: 'backlog', parse: backlog },
  { name: 'SESSION_MEMCACHE_BACKLOG', setting: 'backlog', parse: backlog },
  ...lockVariables('SESSION_MEMCACHE_'),
]

/** Variables that say nothing here: every store has its own connections, which need no name. */
const unused = ['SESSION_MEMCACHE_POOL', 'SESSION_MEMCACHE_POOL_NAME']

/**
 * Chooses memcached for `SESSION_STORAGE=memcached` (or `memcache`) and reads the variables `SESSION_MEMCACHE_…`: those
 * of lua-resty-session in capitals, and `SERVERS` and `CA_FILE`. Of send and read time-out the longer one counts.
 */
export const memcachedFromEnv: StoreFromEnv = {
  names: ['memcached', 'memcache'],
  variables: [...variables.map(({ name }) => name), ...unused],
  lockTimes: ['SESSION_MEMCACHE_MAXLOCKWAIT', 'SESSION_MEMCACHE_SPINLOCKWAIT'],
  create(env: Environment): StoreSettings {
    const settings = readVariables(env, variables)
    const ignored = unused.filter((name) => env[name]).map((name) => `${name} (Node keeps its own connections)`)
    return {
      store: memcachedStore(optionsOf(settings)),
      ...lockOption(settings),
      ...(ignored.length > 0 && { ignored }),
    }
  },
}

function optionsOf(settings: MemcachedVariables): MemcachedStoreOptions {
  const { host, port, socket, servers, prefix, connectTimeout, sendTimeout = 0, readTimeout = 0 } = settings
  const { size, idle, backlog } = settings
  const timeout = Math.max(sendTimeout, readTimeout)
  return {
    ...given({ host, port, socket, servers, prefix, connectTimeout }),
    ...(timeout > 0 && { timeout }),
    tls: tlsOf(settings),
    pool: given({ size, idle, backlog }),
  }
}

function tlsOf({ tls, verify, serverName, ca }: MemcachedVariables): boolean | MemcachedTlsOptions {
  const options: MemcachedTlsOptions = given({ verify, serverName, ca })
  if (tls) return options
  if (tls === undefined && Object.keys(options).length > 0)
    throw new SessionConfigError('There are variables for TLS, but it is off. Set SESSION_MEMCACHE_SSL=on.')
  return false
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the members that are undefined. */
const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>

function backlog(variable: Variable): number {
  return count(variable, 'a number of calls that wait', 0)
}

/** What is in the file that a variable names. */
function contents(variable: Variable): string {
  try {
    return readFileSync(text(variable), 'utf8')
  } catch (cause) {
    throw new SessionConfigError(`${variable.name} names a file that cannot be read.`, { cause })
  }
}

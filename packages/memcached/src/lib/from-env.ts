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

const variablesOf = (prefix: string): readonly VariableFor<MemcachedVariables>[] => [
  { name: `${prefix}HOST`, setting: 'host', parse: text },
  { name: `${prefix}PORT`, setting: 'port', parse: (variable) => count(variable, 'a port', 1, 65_535) },
  { name: `${prefix}SOCKET`, setting: 'socket', parse: text },
  { name: `${prefix}SERVERS`, setting: 'servers', parse: textList },
  { name: `${prefix}PREFIX`, setting: 'prefix', parse: text },
  { name: `${prefix}SSL`, setting: 'tls', parse: flag },
  { name: `${prefix}SSL_VERIFY`, setting: 'verify', parse: flag },
  { name: `${prefix}SERVER_NAME`, setting: 'serverName', parse: text },
  { name: `${prefix}CA_FILE`, setting: 'ca', parse: contents },
  { name: `${prefix}CONNECT_TIMEOUT`, setting: 'connectTimeout', parse: milliseconds },
  { name: `${prefix}SEND_TIMEOUT`, setting: 'sendTimeout', parse: milliseconds },
  { name: `${prefix}READ_TIMEOUT`, setting: 'readTimeout', parse: milliseconds },
  {
    name: `${prefix}POOL_SIZE`,
    setting: 'size',
    parse: (variable) => count(variable, 'a number of connections', 1),
  },
  { name: `${prefix}POOL_TIMEOUT`, setting: 'idle', parse: milliseconds },
  { name: `${prefix}KEEPALIVE_TIMEOUT`, setting: 'idle', parse: milliseconds },
  { name: `${prefix}POOL_BACKLOG`, setting: 'backlog', parse: backlog },
  { name: `${prefix}BACKLOG`, setting: 'backlog', parse: backlog },
  ...lockVariables(prefix),
]

/** lua-resty-session calls the storage by both names, and its variables by the first. */
const prefixes = ['SESSION_MEMCACHE_', 'SESSION_MEMCACHED_']
const withPrefixes = (...names: readonly string[]): readonly string[] =>
  prefixes.flatMap((prefix) => names.map((name) => prefix + name))

const variables = prefixes.flatMap(variablesOf)

/** Variables that say nothing here: every store has its own connections, which need no name. */
const unused = withPrefixes('POOL', 'POOL_NAME')

/**
 * Chooses memcached for `SESSION_STORAGE=memcached` (or `memcache`) and reads the variables `SESSION_MEMCACHE_…`: those
 * of lua-resty-session in capitals, and `SERVERS` and `CA_FILE`. `SESSION_MEMCACHED_…` means the same. Of send and read
 * time-out the longer one counts.
 */
export const memcachedFromEnv: StoreFromEnv = {
  names: ['memcached', 'memcache'],
  variables: [...variables.map(({ name }) => name), ...unused],
  lockTimes: withPrefixes('MAXLOCKWAIT', 'SPINLOCKWAIT'),
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

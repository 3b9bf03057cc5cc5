import { readFileSync } from 'node:fs'
import {
  type Environment,
  lockOption,
  readVariables,
  SessionConfigError,
  type StoreFromEnv,
  type StoreSettings,
} from '@sojourn/core/store'
import {
  clusterVariables,
  idleVariables,
  lockingVariables,
  plainVariables,
  sentinelVariables,
  timeoutVariables,
  tlsVariables,
} from './env-variables.ts'
import type { RedisClusterOptions, RedisSentinelOptions, RedisStoreOptions } from './options.ts'
import { redisStore } from './store.ts'

const tables = [
  plainVariables,
  timeoutVariables,
  tlsVariables,
  clusterVariables,
  sentinelVariables,
  lockingVariables,
] as const

/**
 * `SESSION_STORAGE=redis` and the variables `SESSION_REDIS_…`, which have the names of lua-resty-session.
 *
 * @example
 * createSessions({ ...sessionOptionsFromEnv(process.env, { stores: [redisFromEnv] }) })
 */
export const redisFromEnv: StoreFromEnv = {
  names: ['redis'],
  variables: [...tables.flatMap((table) => table.map(({ name }) => name)), ...Object.keys(idleVariables)],
  lockTimes: ['SESSION_REDIS_MAXLOCKWAIT', 'SESSION_REDIS_SPINLOCKWAIT'],
  create: (env: Environment): StoreSettings => {
    const ignored = ignoredVariables(env)
    return {
      store: redisStore(redisOptionsFromEnv(env)),
      ...lockOption(readVariables(env, lockingVariables)),
      ...(ignored.length > 0 && { ignored }),
    }
  },
}

/** The options that the variables amount to. */
export function redisOptionsFromEnv(env: Environment): RedisStoreOptions {
  const { send = 0, read = 0 } = readVariables(env, timeoutVariables)
  const timeout = Math.max(send, read)
  const cluster = clusterOf(env)
  const sentinel = sentinelOf(env)
  const tls = tlsOf(env)
  return {
    ...readVariables(env, plainVariables),
    ...(timeout > 0 && { timeout }),
    ...(tls && { tls }),
    ...(cluster && { cluster }),
    ...(sentinel && { sentinel }),
  }
}

function clusterOf(env: Environment): RedisClusterOptions | undefined {
  const { nodes, maxRedirections } = readVariables(env, clusterVariables)
  if (nodes) return { nodes, ...(maxRedirections !== undefined && { maxRedirections }) }
  if (maxRedirections !== undefined) throw missing('SESSION_REDIS_CLUSTER_NODES', 'for the redirections of a cluster')
  return undefined
}

function sentinelOf(env: Environment): RedisSentinelOptions | undefined {
  const { nodes, master, role: _, ...credentials } = readVariables(env, sentinelVariables)
  if (!nodes && master === undefined && !Object.values(credentials).some(Boolean)) return undefined
  if (!nodes) throw missing('SESSION_REDIS_SENTINELS', 'for the other variables of Sentinel')
  if (master === undefined) throw missing('SESSION_REDIS_MASTER', 'to the name under which the sentinels watch it')
  return { nodes, master, ...credentials }
}

function tlsOf(env: Environment): RedisStoreOptions['tls'] {
  const { enabled, caFile, ...options } = readVariables(env, tlsVariables)
  const isSecureUrl = env['SESSION_REDIS_URL']?.startsWith('rediss:')
  if (enabled === false && isSecureUrl)
    throw new SessionConfigError(
      'SESSION_REDIS_SSL is off, and SESSION_REDIS_URL begins with rediss:. Change one of them.',
    )
  if (enabled || isSecureUrl)
    return { ...options, ...(caFile !== undefined && { ca: contentOf('SESSION_REDIS_CA_FILE', caFile) }) }
  if (enabled === undefined && (caFile !== undefined || options.serverName !== undefined || options.verify))
    throw missing('SESSION_REDIS_SSL', 'to on, for the server to be asked for its certificate')
  return undefined
}

function contentOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SessionConfigError(`${name} is the path of a file that cannot be read: ${path}`, { cause })
  }
}

const missing = (name: string, what: string): SessionConfigError =>
  new SessionConfigError(`${name} is not set. Set it ${what}.`)

function ignoredVariables(env: Environment): readonly string[] {
  const idle = Object.entries(idleVariables).filter(([name]) => env[name])
  return [
    ...(env['SESSION_REDIS_AUTH'] ? ['SESSION_REDIS_AUTH (deprecated: use SESSION_REDIS_PASSWORD)'] : []),
    ...idle.map(([name, reason]) => `${name} (${reason})`),
  ]
}

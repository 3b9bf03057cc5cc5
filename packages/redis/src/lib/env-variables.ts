import {
  count,
  flag,
  type LockSettings,
  lockVariables,
  milliseconds,
  oneOf,
  refuse,
  secret,
  text,
  textList,
  type Variable,
  type VariableFor,
} from '@sojourn/core/store'
import { parseAddress } from './addresses.ts'
import type { RedisClusterOptions, RedisSentinelOptions, RedisStoreOptions } from './options.ts'

type Plain = Omit<RedisStoreOptions, 'sentinel' | 'cluster' | 'client' | 'tls' | 'hashTag' | 'timeout'>

export const plainVariables: readonly VariableFor<Plain>[] = [
  { name: 'SESSION_REDIS_URL', setting: 'url', parse: secret },
  { name: 'SESSION_REDIS_HOST', setting: 'host', parse: text },
  { name: 'SESSION_REDIS_PORT', setting: 'port', parse: (variable) => count(variable, 'a port', 1, 65_535) },
  { name: 'SESSION_REDIS_SOCKET', setting: 'socket', parse: text },
  { name: 'SESSION_REDIS_USERNAME', setting: 'username', parse: text },
  { name: 'SESSION_REDIS_PASSWORD', setting: 'password', parse: secret },
  { name: 'SESSION_REDIS_AUTH', setting: 'password', parse: secret },
  { name: 'SESSION_REDIS_DATABASE', setting: 'database', parse: (variable) => count(variable, 'a whole number', 0) },
  { name: 'SESSION_REDIS_PREFIX', setting: 'prefix', parse: text },
  { name: 'SESSION_REDIS_CONNECT_TIMEOUT', setting: 'connectTimeout', parse: milliseconds },
  {
    name: 'SESSION_REDIS_DURABILITY',
    setting: 'durability',
    parse: (variable) => oneOf(variable, ['master', 'replica']),
  },
  { name: 'SESSION_REDIS_REPLICAS', setting: 'replicas', parse: (variable) => count(variable, 'a whole number', 1) },
  { name: 'SESSION_REDIS_REPLICA_TIMEOUT', setting: 'replicaTimeout', parse: milliseconds },
  { name: 'SESSION_REDIS_AUTO_PIPELINING', setting: 'autoPipelining', parse: flag },
]

/** The larger of both is the limit for an answer. */
export const timeoutVariables: readonly VariableFor<{ readonly send: number; readonly read: number }>[] = [
  { name: 'SESSION_REDIS_SEND_TIMEOUT', setting: 'send', parse: milliseconds },
  { name: 'SESSION_REDIS_READ_TIMEOUT', setting: 'read', parse: milliseconds },
]

interface TlsSettings {
  readonly enabled: boolean
  readonly verify: boolean
  readonly serverName: string
  readonly caFile: string
}

export const tlsVariables: readonly VariableFor<TlsSettings>[] = [
  { name: 'SESSION_REDIS_SSL', setting: 'enabled', parse: flag },
  { name: 'SESSION_REDIS_SSL_VERIFY', setting: 'verify', parse: flag },
  { name: 'SESSION_REDIS_CA_FILE', setting: 'caFile', parse: text },
  { name: 'SESSION_REDIS_SERVER_NAME', setting: 'serverName', parse: text },
]

export const clusterVariables: readonly VariableFor<RedisClusterOptions>[] = [
  { name: 'SESSION_REDIS_CLUSTER_NODES', setting: 'nodes', parse: addresses },
  { name: 'SESSION_REDIS_NODES', setting: 'nodes', parse: addresses },
  { name: 'SESSION_REDIS_CLUSTER_MAXREDIRECTIONS', setting: 'maxRedirections', parse: redirections },
  { name: 'SESSION_REDIS_MAX_REDIRECTIONS', setting: 'maxRedirections', parse: redirections },
]

type SentinelSettings = RedisSentinelOptions & { readonly role: 'master' }

export const sentinelVariables: readonly VariableFor<SentinelSettings>[] = [
  { name: 'SESSION_REDIS_SENTINELS', setting: 'nodes', parse: addresses },
  { name: 'SESSION_REDIS_MASTER', setting: 'master', parse: text },
  { name: 'SESSION_REDIS_ROLE', setting: 'role', parse: (variable) => oneOf(variable, ['master']) },
  { name: 'SESSION_REDIS_SENTINEL_USERNAME', setting: 'username', parse: text },
  { name: 'SESSION_REDIS_SENTINEL_PASSWORD', setting: 'password', parse: secret },
  { name: 'SESSION_REDIS_SENTINEL_SSL', setting: 'tls', parse: flag },
]

export const lockingVariables: readonly VariableFor<LockSettings>[] = lockVariables('SESSION_REDIS_')

const ownConnections = 'Node keeps its own connections'
const knowsItself = 'a cluster tells its own nodes, and every process remembers them for itself'

/** Variables that are accepted so that a configuration of lua-resty-session goes on working, and why they do nothing. */
export const idleVariables: Readonly<Record<string, string>> = {
  SESSION_REDIS_POOL: ownConnections,
  SESSION_REDIS_POOL_NAME: ownConnections,
  SESSION_REDIS_POOL_TIMEOUT: ownConnections,
  SESSION_REDIS_POOL_SIZE: ownConnections,
  SESSION_REDIS_POOL_BACKLOG: ownConnections,
  SESSION_REDIS_BACKLOG: ownConnections,
  SESSION_REDIS_KEEPALIVE_TIMEOUT: ownConnections,
  SESSION_REDIS_FORCE_AUTH: 'credentials are sent whenever a connection is made',
  SESSION_REDIS_CLUSTER_NAME: knowsItself,
  SESSION_REDIS_CLUSTER_DICT: knowsItself,
  SESSION_REDIS_NAME: knowsItself,
  SESSION_REDIS_LOCK_ZONE: knowsItself,
  SESSION_REDIS_LOCK_PREFIX: knowsItself,
  SESSION_REDIS_MAX_CONNECTION_ATTEMPTS: 'SESSION_REDIS_CONNECT_TIMEOUT is the limit',
  SESSION_REDIS_MAX_CONNECTION_TIMEOUT: 'SESSION_REDIS_CONNECT_TIMEOUT is the limit',
}

function addresses(variable: Variable): readonly string[] {
  const nodes = textList(variable)
  if (nodes.some((node) => !parseAddress(node, 1))) refuse(variable, 'a list like "host:port [IPv6]:port"')
  return nodes
}

function redirections(variable: Variable): number {
  return count(variable, 'a whole number', 1, 32)
}

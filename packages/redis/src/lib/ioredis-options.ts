import type { ConnectionOptions } from 'node:tls'
import type { ClusterOptions, RedisOptions } from 'ioredis'
import type { RedisTlsOptions } from './options.ts'
import type { Settings, Target } from './settings.ts'

/** A node of a cluster that is silent for so many time limits is frozen: its connection is given up. */
const SILENT_LIMITS = 4

/** The library tells types of replies by this one option. */
type ReplyMapping = { replyMapping: 'legacy' }
type NodeOptions = RedisOptions & ReplyMapping

type Sentinel = Extract<Target, { kind: 'sentinel' }>
type Cluster = Extract<Target, { kind: 'cluster' }>

/** How a connection to one server is set up. `attempt` counts them, so that each begins at another sentinel. */
export function serverOptions(settings: Settings, attempt: number): NodeOptions {
  const { target, database, autoPipelining } = settings
  const options: NodeOptions = {
    ...nodeOptions(settings),
    db: database,
    enableAutoPipelining: autoPipelining,
    lazyConnect: true,
    enableOfflineQueue: false,
  }
  if (target.kind === 'server') return { ...options, host: target.host, port: target.port }
  if (target.kind === 'socket') return { ...options, path: target.path }
  return target.kind === 'sentinel' ? { ...options, ...sentinelOptions(settings, target, attempt) } : options
}

function sentinelOptions(settings: Settings, target: Sentinel, attempt: number): Omit<RedisOptions, 'replyMapping'> {
  const tls = tlsOptions(settings.tls)
  const first = attempt % target.nodes.length
  return {
    sentinels: [...target.nodes.slice(first), ...target.nodes.slice(0, first)],
    name: target.master,
    role: 'master',
    // A sentinel may name a server that has become a replica: this asks the server itself.
    enableReadyCheck: true,
    sentinelRetryStrategy: () => null,
    // Half of the time is for the next one, if this one is frozen.
    sentinelCommandTimeout: Math.ceil(settings.connectTimeout / 2),
    updateSentinels: false,
    ...(target.username !== undefined && { sentinelUsername: target.username }),
    ...(target.password !== undefined && { sentinelPassword: target.password }),
    ...(target.tls && tls && { sentinelTLS: tls }),
    enableTLSForSentinelMode: tls !== undefined,
  }
}

/** How a connection to a cluster is set up. */
export function clusterOptions(
  settings: Settings,
  { maxRedirections }: Cluster,
): ClusterOptions & { redisOptions: ReplyMapping } {
  return {
    lazyConnect: true,
    enableReadyCheck: false,
    maxRedirections,
    clusterRetryStrategy: () => null,
    // Half of the time is for the next node, if this one is frozen.
    slotsRefreshTimeout: Math.ceil(settings.connectTimeout / 2),
    // These would send steps again that may have happened.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    enableAutoPipelining: settings.autoPipelining,
    // Certificates are for names: the library would look up addresses and then know these only.
    ...(settings.tls && { dnsLookup: (name, found) => found(null, name) }),
    redisOptions: { ...nodeOptions(settings), socketTimeout: SILENT_LIMITS * settings.timeout },
  }
}

/** A client lives as long as its connection, and nothing is sent twice or kept for later. */
function nodeOptions({ tls, username, password, connectTimeout }: Settings): NodeOptions {
  const secure = tlsOptions(tls)
  return {
    ...(password !== undefined && { password }),
    // Users without a password are let in with any.
    ...(username !== undefined && { username, password: password ?? '' }),
    ...(secure && { tls: secure }),
    connectTimeout,
    disconnectTimeout: 0,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Users may lack the right to ask for it, and a server that is loading says so itself.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    replyMapping: 'legacy',
  }
}

function tlsOptions(tls: RedisTlsOptions | undefined): ConnectionOptions | undefined {
  if (!tls) return undefined
  const { verify = true, serverName, ca, cert, key } = tls
  return {
    rejectUnauthorized: verify,
    ...(serverName !== undefined && { servername: serverName }),
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

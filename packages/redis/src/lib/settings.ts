import { type Milliseconds, SessionConfigError } from '@sojourn/core/store'
import { type Address, isPort, parseAddress } from './addresses.ts'
import type { GivenClient } from './given-client.ts'
import type { RedisNode, RedisStoreOptions, RedisTlsOptions } from './options.ts'
import { optionsOfUrl } from './url.ts'

/** How to reach the server or servers. */
export type Target =
  | { readonly kind: 'client'; readonly client: GivenClient }
  | { readonly kind: 'server'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'cluster'; readonly nodes: readonly Address[]; readonly maxRedirections: number }
  | {
      readonly kind: 'sentinel'
      readonly nodes: readonly Address[]
      readonly master: string
      readonly username: string | undefined
      readonly password: string | undefined
      readonly tls: boolean
    }

/** The options, checked and complete. */
export interface Settings {
  readonly target: Target
  readonly tls: RedisTlsOptions | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly prefix: string
  readonly hashTag: boolean
  /** How many replicas a write that should outlive a failover waits for, and how long; none without the option. */
  readonly replicas: { readonly count: number; readonly timeout: Milliseconds } | undefined
  readonly autoPipelining: boolean
  readonly connectTimeout: Milliseconds
  readonly timeout: Milliseconds
}

/** @throws SessionConfigError naming the option that is wrong, without what it holds */
export function settingsOf(given: RedisStoreOptions): Settings {
  const options = given.url === undefined ? given : withUrl(given, given.url)
  requireOneTarget(given)
  const target = targetOf(options)
  const timeout = whole('timeout', options.timeout ?? 250, 1)
  const database = whole('database', options.database ?? 0, 0)
  const isCluster = target.kind === 'cluster'
  if (isCluster && database !== 0) throw wrong('database', 'must be 0: a cluster has no other')
  if (options.durability !== undefined && options.durability !== 'master' && options.durability !== 'replica')
    throw wrong('durability', "must be 'master' or 'replica'")
  const waiting = (['replicas', 'replicaTimeout'] as const).find((name) => options[name] !== undefined)
  if (waiting !== undefined && options.durability !== 'replica') throw wrong(waiting, "needs `durability: 'replica'`")
  return {
    target,
    tls: options.tls === true ? {} : options.tls || undefined,
    username: options.username,
    password: options.password,
    database,
    prefix: prefixOf(options),
    hashTag: options.hashTag ?? (isCluster || (target.kind === 'client' && isClusterClient(target.client))),
    replicas: options.durability === 'replica' ? replicasOf(options, timeout) : undefined,
    autoPipelining: options.autoPipelining ?? false,
    connectTimeout: whole('connectTimeout', options.connectTimeout ?? 500, 1),
    timeout,
  }
}

function withUrl(given: RedisStoreOptions, url: string): RedisStoreOptions {
  const { tls, ...options } = optionsOfUrl(url)
  for (const name of ['username', 'password', 'database'] as const)
    if (options[name] !== undefined && given[name] !== undefined)
      throw new SessionConfigError(`redisStore: \`url\` says the ${name} too. Give it once.`)
  if (tls && given.tls === false) throw wrong('tls', 'is false, and `url` begins with rediss:')
  return { ...given, ...options, ...(tls && { tls: given.tls || true }) }
}

const targets = ['url', 'host', 'socket', 'sentinel', 'cluster', 'client'] as const
/** What the app has told its own client already. */
const ofConnections = ['tls', 'username', 'password', 'database', 'autoPipelining'] as const

function requireOneTarget(options: RedisStoreOptions): void {
  const [first, second] = targets.filter((name) => options[name] !== undefined)
  if (second !== undefined) throw new SessionConfigError(`redisStore: give \`${first}\` or \`${second}\`, not both.`)
  if (options.port !== undefined && first !== undefined && first !== 'host')
    throw new SessionConfigError(`redisStore: \`port\` goes with \`host\`, not with \`${first}\`.`)
  const idle = ofConnections.find((name) => options[name])
  if (options.client !== undefined && idle !== undefined) throw wrong(idle, 'is for `client` to know: set it up there')
}

function targetOf({ client, socket, cluster, sentinel, host, port, tls }: RedisStoreOptions): Target {
  if (client) return { kind: 'client', client: requireClient(client) }
  if (socket !== undefined)
    return { kind: 'socket', path: requireText('socket', socket.replace(/^unix:(?=\/)(\/\/)?/, '')) }
  if (cluster)
    return {
      kind: 'cluster',
      nodes: addressesOf('cluster.nodes', cluster.nodes, 6379),
      maxRedirections: whole('cluster.maxRedirections', cluster.maxRedirections ?? 5, 1, 32),
    }
  if (sentinel?.tls && !tls) throw wrong('sentinel.tls', 'needs `tls`: the sentinels are set up like the servers')
  if (sentinel)
    return {
      kind: 'sentinel',
      nodes: addressesOf('sentinel.nodes', sentinel.nodes, 26_379),
      master: requireText('sentinel.master', sentinel.master),
      username: sentinel.username,
      password: sentinel.password,
      tls: sentinel.tls ?? false,
    }
  return {
    kind: 'server',
    host: requireText('host', host ?? '127.0.0.1'),
    port: whole('port', port ?? 6379, 1, 65_535),
  }
}

function addressesOf(option: string, nodes: readonly RedisNode[], defaultPort: number): readonly Address[] {
  if (!Array.isArray(nodes) || nodes.length === 0) throw wrong(option, 'must be a list with at least one node')
  return nodes.map((node: RedisNode) => {
    const address = typeof node === 'string' ? parseAddress(node, defaultPort) : { port: defaultPort, ...node }
    if (!address?.host || !isPort(address.port)) throw wrong(option, 'must have nodes like host:port or [IPv6]:port')
    return address
  })
}

function requireClient(client: GivenClient): GivenClient {
  const { options } = client as { readonly options?: { readonly scaleReads?: unknown } }
  if (options?.scaleReads !== undefined && options.scaleReads !== 'master')
    throw wrong('client', "must have `scaleReads: 'master'`: a replica may still show a session that has ended")
  if ('isOpen' in client || 'isCluster' in client) return client
  throw wrong(
    'client',
    'must be a Redis or Cluster of ioredis 6, or what createClient or createCluster of redis 6 makes',
  )
}

const isClusterClient = (client: GivenClient): boolean =>
  'isCluster' in client ? client.isCluster : 'masters' in client

function prefixOf({ prefix = 'sessions' }: RedisStoreOptions): string {
  if (/^[^\s{}]+$/.test(prefix)) return prefix
  throw wrong('prefix', 'must be text without spaces and braces')
}

function replicasOf(
  { replicas = 1, replicaTimeout = 200 }: RedisStoreOptions,
  timeout: Milliseconds,
): Settings['replicas'] {
  const count = whole('replicas', replicas, 1)
  if (whole('replicaTimeout', replicaTimeout, 1) < timeout) return { count, timeout: replicaTimeout }
  throw wrong('replicaTimeout', `must be less than \`timeout\` (${timeout})`)
}

function requireText(option: string, text: string): string {
  if (typeof text === 'string' && text.trim() !== '') return text
  throw wrong(option, 'must be text that is not blank')
}

function whole(option: string, value: number, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`
  throw wrong(option, `must be a whole number ${range}`)
}

const wrong = (option: string, fix: string): SessionConfigError =>
  new SessionConfigError(`redisStore: \`${option}\` ${fix}.`)

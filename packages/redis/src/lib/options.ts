import type { Milliseconds } from '@sojourn/core/store'
import type { GivenClient } from './given-client.ts'

/** Where a server listens: `host:port`, `[IPv6]:port`, or the two of them. */
export type RedisNode = string | { readonly host: string; readonly port?: number }

export interface RedisTlsOptions {
  /** Whether the certificate of the server must be valid for it. Default `true`. */
  readonly verify?: boolean
  /** The name the certificate must be for, also sent as SNI. Default: the host. */
  readonly serverName?: string
  /** The certificate authorities to trust, in PEM. Default: those that Node trusts. */
  readonly ca?: string | readonly string[]
  /** The certificate of this client, in PEM, where the server asks for one. */
  readonly cert?: string
  /** The private key of `cert`, in PEM. */
  readonly key?: string
}

export interface RedisSentinelOptions {
  /** The sentinels; the port is 26379 where it is not given. */
  readonly nodes: readonly RedisNode[]
  /** The name under which they watch the master. */
  readonly master: string
  /** Credentials for the sentinels themselves; those of the servers are above. */
  readonly username?: string
  readonly password?: string
  /** Whether the sentinels speak TLS as well; it is set up like that of the servers. Default `false`. */
  readonly tls?: boolean
}

export interface RedisClusterOptions {
  /** Some nodes of the cluster; it tells the others. */
  readonly nodes: readonly RedisNode[]
  /** How often one step follows a key that has moved. 1 to 32, default 5. */
  readonly maxRedirections?: number
}

/** The names are those of lua-resty-session's `redis` storage where it has them. */
export interface RedisStoreOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS, in place of the single options. */
  readonly url?: string
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 6379. */
  readonly port?: number
  /** The path of a unix socket, in place of host and port. */
  readonly socket?: string
  readonly sentinel?: RedisSentinelOptions
  readonly cluster?: RedisClusterOptions
  /** A client of the app in place of a connection of the store's own. The store never closes it. */
  readonly client?: GivenClient

  /** Default `false`. */
  readonly tls?: boolean | RedisTlsOptions
  /** The ACL user. Default: the server's `default`. */
  readonly username?: string
  readonly password?: string
  /** Default 0; a cluster has no other. */
  readonly database?: number
  /** Keys are `{prefix}:{id}`, where the braces are notation. Default `sessions`. */
  readonly prefix?: string
  /**
   * Puts literal braces around the id in keys, so that a record and its lock are on one node of a cluster. Default:
   * `true` on a cluster, otherwise `false`.
   */
  readonly hashTag?: boolean

  /** `'replica'`: ending and renewing a session waits for a replica to have it, and says when none did. */
  readonly durability?: 'master' | 'replica'
  /** With `durability: 'replica'`: how many replicas to wait for. Default 1. */
  readonly replicas?: number
  /** With `durability: 'replica'`: how long to wait for them, in milliseconds, less than `timeout`. Default 200. */
  readonly replicaTimeout?: Milliseconds

  /** Sends the commands of one turn of the event loop as one packet: worth it when the server is the bottleneck. */
  readonly autoPipelining?: boolean
  /** How long a connection may take, in milliseconds. Default 500. */
  readonly connectTimeout?: Milliseconds
  /** How long the answer to one step may take, in milliseconds. Default 250. */
  readonly timeout?: Milliseconds
}

import { type Milliseconds, SessionConfigError } from '@sojourn/core/store'
import { type Address, portAddress, type Security, socketAddress } from './addresses.ts'
import type { PoolLimits } from './pool.ts'

/** How `memcachedStore` is set up. Without any of it: 127.0.0.1:11211, in plain text. */
export interface MemcachedStoreOptions {
  /** A name or an IP address. Default `127.0.0.1`. */
  readonly host?: string
  /** Default 11211. */
  readonly port?: number
  /** The path of a Unix socket, with or without `unix:` before it; instead of `host` and `port`. */
  readonly socket?: string
  /**
   * Several servers instead of one: `host:port`, `host` (port 11211), `[IPv6]:port` or the path of a Unix socket. Every
   * key has one server. All processes must be given the same names; their order does not matter.
   */
  readonly servers?: readonly string[]
  /** Speak TLS. Default `false`. */
  readonly tls?: boolean | MemcachedTlsOptions
  /** Before every key, with a colon. Default `sessions`. */
  readonly prefix?: string
  /** How long to wait for a connection. Default 500. */
  readonly connectTimeout?: Milliseconds
  /** How long to wait for an answer. Default 250. */
  readonly timeout?: Milliseconds
  /** The connections to each server. */
  readonly pool?: MemcachedPoolOptions
}

export interface MemcachedTlsOptions {
  /** Refuse a server whose certificate is not valid for its name. Default `true`. */
  readonly verify?: boolean
  /** The name that the certificate must have. Default: the host. */
  readonly serverName?: string
  /** Certificates of the authorities to trust, in PEM. Default: those that Node trusts. */
  readonly ca?: string | readonly string[]
  /** A certificate to show the server, in PEM. */
  readonly cert?: string
  /** Its key, in PEM. */
  readonly key?: string
}

export interface MemcachedPoolOptions {
  /** Most connections to one server. Default 10. */
  readonly size?: number
  /** How long an unused connection is kept. Default 60,000. */
  readonly idle?: Milliseconds
  /** Most calls that wait until a connection has room; the next one fails. Default 1,000. */
  readonly backlog?: number
}

/** Options that are complete and checked. */
export interface Settings {
  readonly addresses: readonly Address[]
  readonly security: Security
  readonly prefix: string
  readonly operationLimit: Milliseconds
  readonly pool: PoolLimits
}

const DEFAULT_PORT = 11_211
/** Leaves room for a colon, the longest id and `.lock` in a key of 250 characters. */
const LONGEST_PREFIX = 150

/** @throws SessionConfigError naming the option that is wrong */
export function checkedOptions(options: MemcachedStoreOptions): Settings {
  const { prefix = 'sessions', connectTimeout = 500, timeout = 250, tls = false, pool = {} } = options
  const { size = 10, idle = 60_000, backlog = 1000 } = pool
  if (!/^[!-~]+$/.test(prefix) || prefix.length > LONGEST_PREFIX)
    fail(`prefix must be 1 to ${LONGEST_PREFIX} characters of visible ASCII, not ${JSON.stringify(prefix)}`)
  requireWhole('connectTimeout', connectTimeout, 1)
  requireWhole('timeout', timeout, 1)
  requireWhole('pool.size', size, 1)
  requireWhole('pool.idle', idle, 1)
  requireWhole('pool.backlog', backlog, 0)
  return {
    addresses: addressesOf(options),
    security: securityOf(tls),
    prefix,
    operationLimit: timeout,
    pool: { size, idle, backlog, connect: connectTimeout },
  }
}

function addressesOf({ host, port, socket, servers }: MemcachedStoreOptions): readonly Address[] {
  const named = Object.entries({ 'host and port': host ?? port, socket, servers }).filter(
    ([, value]) => value !== undefined,
  )
  if (named.length > 1) fail(`give one of ${named.map(([name]) => name).join(' or ')}`)
  if (socket !== undefined) return [socketOf('socket', socket)]
  if (servers === undefined) return [portAddress(checkedHost('host', host ?? '127.0.0.1'), checkedPort('port', port))]
  if (servers.length === 0) fail('servers must name at least one server')
  const addresses = servers.map(serverOf)
  if (new Set(addresses.map(({ label }) => label)).size < addresses.length) fail('servers names a server twice')
  return addresses
}

function serverOf(server: string): Address {
  if (/^(unix:|\/)/.test(server)) return socketOf('servers', server)
  const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]/]+))(?::(\d+))?$/i.exec(server) ?? []
  const host =
    bracketed ?? plain ?? fail(`servers holds ${JSON.stringify(server)}. Write host:port, [IPv6]:port or a path`)
  return portAddress(host, checkedPort('servers', port === undefined ? undefined : Number(port)))
}

function socketOf(option: string, path: string): Address {
  const address = socketAddress(path)
  return address.label.startsWith('/')
    ? address
    : fail(`${option} must hold an absolute path, not ${JSON.stringify(path)}`)
}

function checkedHost(option: string, host: string): string {
  return /^[^\s/[\]]+$/.test(host)
    ? host
    : fail(`${option} must be a name or an IP address, not ${JSON.stringify(host)}`)
}

function checkedPort(option: string, port: number = DEFAULT_PORT): number {
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : fail(`${option} must hold a port, not ${port}`)
}

function securityOf(tls: boolean | MemcachedTlsOptions): Security {
  if (tls === false) return undefined
  const { verify = true, serverName, ca, cert, key } = tls === true ? {} : tls
  return {
    rejectUnauthorized: verify,
    ...(serverName !== undefined && { servername: serverName }),
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
}

function requireWhole(option: string, value: number, min: number): void {
  if (!Number.isSafeInteger(value) || value < min)
    fail(`${option} must be a whole number, ${min} or more, not ${value}`)
}

function fail(what: string): never {
  throw new SessionConfigError(`memcachedStore: ${what}.`)
}

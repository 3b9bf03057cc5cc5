import { type Milliseconds, SessionConfigError } from '@sojourn/core/store'

export interface DshmStoreOptions {
  /** A name or an address of one member of the cluster. Default `127.0.0.1`. */
  readonly host?: string
  /** Default 4321. */
  readonly port?: number
  /** The map that holds the sessions: keys are `{region}::{id}`. Default `sessions`. */
  readonly region?: string
  /** How long to wait for a connection. Default 500. */
  readonly connectTimeout?: Milliseconds
  /** How long to wait for an answer. Default 250. */
  readonly timeout?: Milliseconds
  /** Most connections at once. A connection carries one step at a time. Default 10. */
  readonly poolSize?: number
  /** A connection that nobody used for this long is closed. Default 1,000. */
  readonly poolIdle?: Milliseconds
  /** Most steps that wait for a connection; further ones fail at once. Default 10. */
  readonly poolBacklog?: number
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
}

export type DshmSettings = Required<DshmStoreOptions>

export interface TextRule {
  readonly pattern: RegExp
  /** What the pattern lets pass, in words. */
  readonly allowed: string
}

export const textRules: Readonly<Record<'host' | 'region', TextRule>> = {
  host: { pattern: /^[^\s/]+$/, allowed: 'a host name or an IP address' },
  // The server takes what is before the first colon for the region, and a space for the end of the key.
  region: { pattern: /^[!-9;-~]+$/, allowed: 'one or more printable ASCII characters without spaces and colons' },
}

/** @throws SessionConfigError naming the option and what it may be. */
export function checkedOptions(options: DshmStoreOptions): DshmSettings {
  const settings: DshmSettings = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 4321,
    region: options.region ?? 'sessions',
    connectTimeout: options.connectTimeout ?? 500,
    timeout: options.timeout ?? 250,
    poolSize: options.poolSize ?? 10,
    poolIdle: options.poolIdle ?? 1000,
    poolBacklog: options.poolBacklog ?? 10,
    now: options.now ?? (() => Date.now()),
  }
  requireText(settings, 'host')
  requireText(settings, 'region')
  requireWhole(settings, 'port', 1, 65_535)
  for (const option of ['connectTimeout', 'timeout', 'poolIdle', 'poolSize'] as const) requireWhole(settings, option, 1)
  requireWhole(settings, 'poolBacklog', 0)
  return settings
}

/** A Node timer that is to wait longer fires at once. */
const longestTimer = 2 ** 31 - 1

type NumericOption = 'port' | 'connectTimeout' | 'timeout' | 'poolSize' | 'poolIdle' | 'poolBacklog'

function requireWhole(settings: DshmSettings, option: NumericOption, min: number, max: number = longestTimer): void {
  const value = settings[option]
  if (!Number.isInteger(value) || value < min || value > max)
    refuse(option, value, `a whole number from ${min} to ${max}`)
}

function requireText(settings: DshmSettings, option: 'host' | 'region'): void {
  const { pattern, allowed } = textRules[option]
  if (!pattern.test(settings[option])) refuse(option, settings[option], allowed)
}

function refuse(option: string, value: unknown, allowed: string): never {
  throw new SessionConfigError(`dshmStore: ${option} is ${JSON.stringify(value)}. Use ${allowed}.`)
}

import { MOST_INFLATED } from '../shared/most-inflated.ts'
import { requireInteger, requireOneOf } from '../shared/option-checks.ts'
import { V4_FLAGS } from './flags.ts'
import { V4_REMEMBER_SAFETIES, type V4RememberSafety } from './keys.ts'
import { type V4KeySource, type V4Secret, v4KeySources } from './secrets.ts'

export type V4Bind = 'ip' | 'scheme' | 'user-agent'

/** The options of lua-resty-session 4.x that its bytes depend on: the same on both sides. */
export interface V4FormatOptions {
  /** The first one writes; the others are its fallbacks, which read. */
  readonly secret: V4Secret | readonly V4Secret[]
  /** Where the payload is. Default `cookie`. */
  readonly storage?: 'cookie' | 'server'
  /** `bind`: the facts about the client that the MAC covers. Default none. */
  readonly bind?: readonly V4Bind[]
  /** `compression_threshold`: a payload with more bytes is deflated, where that makes it smaller. Default 1024, 0 = off. */
  readonly compressionThreshold?: number
  /** `remember_safety`. Default `Medium`. */
  readonly rememberSafety?: V4RememberSafety
  /** The most bytes that a payload may have, deflated or not. Default 1 MiB. */
  readonly mostBytes?: number
}

/** Checked options. */
export interface V4Format {
  readonly keySources: readonly [V4KeySource, ...V4KeySource[]]
  readonly usesStorage: boolean
  readonly bind: readonly V4Bind[]
  /** The flags that the configuration decides. */
  readonly flags: number
  readonly compressionThreshold: number
  readonly rememberSafety: V4RememberSafety
  readonly mostBytes: number
}

const BIND_FLAGS: Readonly<Record<V4Bind, number>> = {
  ip: V4_FLAGS.bindIp,
  scheme: V4_FLAGS.bindScheme,
  'user-agent': V4_FLAGS.bindUserAgent,
}

/** @throws SessionConfigError when an option is wrong. */
export function v4Format(options: V4FormatOptions): V4Format {
  const { storage = 'cookie', bind = [], compressionThreshold = 1024 } = options
  const { rememberSafety = 'Medium', mostBytes = MOST_INFLATED } = options
  requireOneOf('storage', storage, ['cookie', 'server'])
  requireOneOf<string>('rememberSafety', rememberSafety, V4_REMEMBER_SAFETIES)
  requireInteger('compressionThreshold', compressionThreshold, 0, Number.MAX_SAFE_INTEGER)
  requireInteger('mostBytes', mostBytes, 1, 64 * 1_048_576)
  for (const fact of bind) requireOneOf<string>('bind', fact, Object.keys(BIND_FLAGS))
  const storageFlag = storage === 'server' ? V4_FLAGS.storage : 0
  return {
    keySources: v4KeySources(options.secret),
    usesStorage: storage === 'server',
    bind,
    flags: bind.reduce((flags, fact) => flags | BIND_FLAGS[fact], storageFlag),
    compressionThreshold,
    rememberSafety,
    mostBytes,
  }
}

import type { Bytes, Seconds } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'
import { platform } from '#crypto'
import type { AesMode, AesSize, Hash } from '../crypto/types.ts'
import { base64url, hex, toUtf8 } from '../shared/encoding.ts'
import { MOST_INFLATED } from '../shared/most-inflated.ts'
import { requireInteger, requireOneOf, requireOnPlatform } from '../shared/option-checks.ts'
import type { V3Check, V3Hmac, V3Settings } from './settings.ts'
import { V3_WEAKNESSES, type V3Weakness } from './weaknesses.ts'

/** The options of lua-resty-session 3.x that its bytes depend on, with its names: the same on both sides. */
export interface V3FormatOptions {
  /** Raw: text counts as UTF-8. The first one writes, all read (lua-resty-session 3.x itself knows one only). */
  readonly secret: string | Bytes | readonly (string | Bytes)[]
  /** Default `default`. */
  readonly strategy?: 'default' | 'regenerate'
  /** Where the data is. Default `cookie`. */
  readonly storage?: 'cookie' | 'server'
  /** Default `aes`. `none`: signed and readable. */
  readonly cipher?: 'aes' | 'none'
  readonly aes?: {
    /** Default 256. */
    readonly size?: AesSize
    /** Default `cbc`. */
    readonly mode?: AesMode
    /** Default `sha512`. */
    readonly hash?: Hash
    /** Default 1. Every cookie costs this, also one that turns out to be forged. */
    readonly rounds?: number
  }
  /** Default `sha1`, the only one that comes with lua-resty-session. */
  readonly hmac?: V3Hmac
  /** Default `base64`, which is base64url. */
  readonly encoder?: 'base64' | 'base16' | 'hex'
  /** Default `none`. */
  readonly compressor?: 'none' | 'zlib'
  readonly random?: {
    /** Of an id, in bytes. Default 16. */
    readonly length?: number
  }
  /** Default `ua` and `scheme`. */
  readonly check?: Partial<V3Check>
  readonly cookie?: {
    /** Default 3600. */
    readonly lifetime?: Seconds
    /** Default 0, off. With a server storage it destroys sessions at the first touch: refused. */
    readonly idletime?: Seconds
    /** Default 4000 characters. */
    readonly maxsize?: number
  }
  /** The most bytes that a session may have when it is inflated. Default 1 MiB. */
  readonly mostBytes?: number
  /** The weaknesses to accept. */
  readonly allow?: readonly V3Weakness[]
}

export const AES_MODES: readonly AesMode[] = ['ecb', 'cbc', 'ctr', 'cfb1', 'cfb8', 'cfb128', 'ofb', 'gcm']
export const HASHES: readonly Hash[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']
export const HMACS: readonly V3Hmac[] = ['sha1', 'sha256', 'sha384', 'sha512']
const MOST_SECONDS = 400 * 86_400

/** @throws SessionConfigError when an option is wrong, is a weakness that `allow` does not name, or needs node:crypto and runs
 * on WebCrypto. */
export function v3Format(options: V3FormatOptions): V3Settings {
  const { strategy = 'default', storage = 'cookie', cipher = 'aes', hmac = 'sha1', encoder = 'base64' } = options
  const { compressor = 'none', mostBytes = MOST_INFLATED } = options
  const { size = 256, mode = 'cbc', hash = 'sha512', rounds = 1 } = options.aes ?? {}
  const { lifetime = 3600, idletime = 0, maxsize = 4000 } = options.cookie ?? {}
  const { ssi = false, ua = true, addr = false, scheme = true } = options.check ?? {}
  const idLength = options.random?.length ?? 16
  requireOneOf('strategy', strategy, ['default', 'regenerate'])
  requireOneOf('storage', storage, ['cookie', 'server'])
  requireOneOf('cipher', cipher, ['aes', 'none'])
  requireOneOf('hmac', hmac, HMACS)
  requireOneOf('encoder', encoder, ['base64', 'base16', 'hex'])
  requireOneOf('compressor', compressor, ['none', 'zlib'])
  requireOneOf('aes.size', size, [128, 192, 256])
  requireOneOf('aes.mode', mode, AES_MODES)
  requireOneOf('aes.hash', hash, HASHES)
  requireInteger('aes.rounds', rounds, 1, 100_000)
  requireInteger('random.length', idLength, 1, 64)
  requireInteger('cookie.lifetime', lifetime, 1, MOST_SECONDS)
  requireInteger('cookie.idletime', idletime, 0, MOST_SECONDS)
  requireInteger('cookie.maxsize', maxsize, 1, 4096)
  requireInteger('mostBytes', mostBytes, 1, 64 * 1_048_576)
  const settings: V3Settings = {
    secrets: secretsOf(options.secret),
    strategy,
    usesStorage: storage === 'server',
    cipher: cipher === 'none' ? { kind: 'none' } : { kind: 'aes', size, mode, hash, rounds },
    hmac,
    encoding: encoder === 'base64' ? base64url : hex,
    isCompressed: compressor === 'zlib',
    idLength,
    check: { ssi, ua, addr, scheme },
    lifetime,
    idletime,
    maxSize: maxsize,
    mostBytes,
  }
  refuseWeaknesses(settings, options.allow ?? [])
  if (cipher === 'aes') {
    requireOnPlatform('aes.mode', mode, platform.aesModes(size))
    requireOnPlatform('aes.hash', hash, platform.hashes)
  }
  return settings
}

function refuseWeaknesses(settings: V3Settings, allow: readonly V3Weakness[]): void {
  if (settings.usesStorage && settings.idletime > 0) {
    throw new SessionConfigError(
      '`cookie.idletime` with a server storage: lua-resty-session 3.x destroys such a session when it is touched. Turn idletime off.',
    )
  }
  for (const name of allow) requireOneOf<string>('allow', name, Object.keys(V3_WEAKNESSES))
  for (const [name, { applies, where, fix }] of Object.entries(V3_WEAKNESSES)) {
    if (!applies(settings) || allow.some((allowed) => allowed === name)) continue
    throw new SessionConfigError(`${where} is weak (${name}): ${fix}, or name it in \`allow\`.`)
  }
}

function secretsOf(secret: V3FormatOptions['secret']): readonly [Bytes, ...Bytes[]] {
  const list: readonly (string | Bytes)[] = Array.isArray(secret) ? secret : [secret]
  const [first, ...older] = list.map((one, at) => {
    if (typeof one !== 'string' && !ArrayBuffer.isView(one))
      throw new SessionConfigError(`\`secret[${at}]\` is neither text nor bytes.`)
    if (one.length > 0) return typeof one === 'string' ? toUtf8(one) : one
    throw new SessionConfigError(`\`secret[${at}]\` is empty.`)
  })
  if (!first) throw new SessionConfigError('`secret` is an empty list.')
  return [first, ...older]
}

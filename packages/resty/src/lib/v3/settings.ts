import type { Bytes, Seconds } from '@sojourn/core'
import type { AesMode, AesSize, Hash, HmacHash } from '../crypto/types.ts'
import type { Encoding } from '../shared/encoding.ts'

export type V3Hmac = HmacHash

/** The facts about the client that the hash covers. */
export interface V3Check {
  /** The TLS session id. */
  readonly ssi: boolean
  readonly ua: boolean
  readonly addr: boolean
  readonly scheme: boolean
}

export interface V3Aes {
  readonly kind: 'aes'
  readonly size: AesSize
  readonly mode: AesMode
  /** Of EVP_BytesToKey, as are the rounds. */
  readonly hash: Hash
  readonly rounds: number
}

/** Checked options. */
export interface V3Settings {
  readonly secrets: readonly [Bytes, ...Bytes[]]
  readonly strategy: 'default' | 'regenerate'
  readonly usesStorage: boolean
  readonly cipher: V3Aes | { readonly kind: 'none' }
  readonly hmac: V3Hmac
  readonly encoding: Encoding
  readonly isCompressed: boolean
  readonly idLength: number
  readonly check: V3Check
  readonly lifetime: Seconds
  /** 0 is off. */
  readonly idletime: Seconds
  /** The most characters in one cookie. */
  readonly maxSize: number
  readonly mostBytes: number
}

import type { Bytes } from '../contracts/store.ts'
import type { MaybePromise } from './types.ts'

export type AesName = `aes-${128 | 192 | 256}-${'gcm' | 'cbc' | 'ctr'}`

/** A cipher of the platform; those with a tag have one of 16 bytes. */
export interface Algorithm {
  readonly name: AesName | 'chacha20-poly1305'
  readonly tagLength: 0 | 16
}

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/**
 * What the built-in parts other than the defaults need of a platform: `node-part-primitives.ts` and
 * `web-part-primitives.ts`, with the same bytes but for those of the compressors. The nonce or IV is all zeros: every
 * key is used once.
 */
export interface PartPrimitives {
  /** What is missing here. */
  readonly lacks: ReadonlySet<Algorithm['name']>
  encrypt(
    algorithm: Algorithm,
    key: Bytes,
    data: Bytes,
    aad: Bytes,
  ): MaybePromise<{ readonly data: Bytes; readonly tag?: Bytes }>
  /** `undefined` when the tag or the padding does not fit. */
  decrypt(algorithm: Algorithm, key: Bytes, data: Bytes, aad: Bytes, tag?: Bytes): MaybePromise<Bytes | undefined>
  hmac(hash: HashName, key: Bytes, data: Bytes): MaybePromise<Bytes>
  /** RFC 1951 without a header, or RFC 1952. */
  compress(format: 'deflate-raw' | 'gzip', data: Bytes): MaybePromise<Bytes>
  /** `undefined` for what is not compressed like this, or is longer than `limit`. */
  expand(format: 'deflate-raw' | 'gzip', data: Bytes, limit: number): MaybePromise<Bytes | undefined>
}

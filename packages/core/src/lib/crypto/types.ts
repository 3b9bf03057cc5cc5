import type { Bytes } from '../contracts/store.ts'

/** Node answers at once, WebCrypto with a promise. Callers `await`, which costs Node nothing worth measuring. */
export type MaybePromise<T> = T | Promise<T>

/** A pseudo-random key (RFC 5869 PRK) in the platform's own form; never leaves it. */
export interface ExtractedKey {
  readonly __brand: 'ExtractedKey'
}

/**
 * What the envelope needs of a platform. Two files implement it with the same bytes: `node.ts` and `web.ts`.
 *
 * On Node the bytes are often a `Buffer` within a larger shared buffer: mind `byteOffset`, use `subarray` and never
 * `slice` (which does not copy there), and copy what is to be kept for long.
 */
export interface CryptoPlatform {
  /** From the operating system's generator, anew at every call: nothing is drawn in advance. */
  randomBytes(length: number): Bytes
  zeros(length: number): Bytes
  concat(parts: readonly Bytes[]): Bytes
  /** HKDF-Extract with SHA-512. */
  extract(salt: Bytes, secret: Bytes): MaybePromise<ExtractedKey>
  /**
   * One block of HKDF-Expand with SHA-512: HMAC(key, info ‖ counter), 64 bytes. `info` is given in parts, and from the
   * second block on begins with the block before. The counter is 0x01 unless it is given.
   */
  expand(key: ExtractedKey, info: readonly Bytes[], counter?: Bytes): MaybePromise<Bytes>
  /** The same one block, put off until the result is first asked for where the platform can (Node). */
  expandLater(key: ExtractedKey, info: () => readonly Bytes[]): MaybePromise<() => Bytes>
  /**
   * AES-256-GCM with an all-zero IV: every key is used once. `header` is authenticated and stays readable.
   * Returns header ‖ ciphertext ‖ tag.
   */
  encrypt(key: Bytes, header: Bytes, plain: Bytes): MaybePromise<Bytes>
  /** Undoes `encrypt`: the plaintext behind `headerLength` bytes, or `undefined` when the tag does not fit. */
  decrypt(key: Bytes, sealed: Bytes, headerLength: number): MaybePromise<Bytes | undefined>
  sha256(bytes: Bytes): MaybePromise<Bytes>
  /** Constant-time comparison of two byte strings of equal length. */
  equal(a: Bytes, b: Bytes): boolean
  toBase64url(bytes: Bytes): string
  /** Lenient: the caller compares the re-encoding, which is what makes it canonical. */
  fromBase64url(text: string): Bytes
  toUtf8(text: string): Bytes
  fromUtf8(bytes: Bytes): string
}

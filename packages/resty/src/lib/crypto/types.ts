import type { Bytes } from '@sojourn/core'

/** Node answers at once, WebCrypto with a promise. Callers `await`, which costs Node nothing worth measuring. */
export type MaybePromise<T> = T | Promise<T>

export type Hash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
export type HmacHash = 'sha1' | 'sha256' | 'sha384' | 'sha512'
export type AesSize = 128 | 192 | 256
export type AesMode = 'ecb' | 'cbc' | 'ctr' | 'cfb1' | 'cfb8' | 'cfb128' | 'ofb' | 'gcm'

export interface Aes {
  readonly size: AesSize
  readonly mode: AesMode
}

/** `tag`, of 16 bytes, is GCM's. */
export interface Encrypted {
  readonly data: Bytes
  readonly tag?: Bytes
}

/** What HKDF derives keys from, in the platform's own form. */
export interface HkdfKey {
  readonly __brand: 'HkdfKey'
}

export interface Compression {
  compress(bytes: Bytes): MaybePromise<Bytes>
  /** `undefined`: not the compressed form, and nothing else, of at most `limit` bytes. A bomb stops at the limit. */
  expand(bytes: Bytes, limit: number): MaybePromise<Bytes | undefined>
}

/**
 * What the formats need of a platform. Two files implement it with the same bytes: `node.ts` and `web.ts`. What they
 * do not both have is listed, so that a format can refuse it when it is made.
 */
export interface CryptoPlatform {
  /** What `hash` can be asked for. */
  readonly hashes: readonly Hash[]
  /** What can be asked for with a key of this size; GCM also with a nonce that is as long as the key. */
  aesModes(size: AesSize): readonly AesMode[]
  randomBytes(length: number): Bytes
  hash(name: Hash, ...parts: readonly Bytes[]): MaybePromise<Bytes>
  /** The key has a byte or more. */
  hmac(name: HmacHash, key: Bytes, ...parts: readonly Bytes[]): MaybePromise<Bytes>
  /** HKDF (RFC 5869) with SHA-256 and an empty salt, in two steps. */
  hkdfKey(ikm: Bytes): MaybePromise<HkdfKey>
  hkdf(key: HkdfKey, info: Bytes, length: number): MaybePromise<Bytes>
  /** PBKDF2 with HMAC-SHA-256 (RFC 8018), off the main thread. */
  pbkdf2(password: Bytes, salt: Bytes, iterations: number, length: number): Promise<Bytes>
  /** Block modes pad as PKCS#7 says. GCM has an IV of 12 bytes, or of as many as the key. */
  encrypt(aes: Aes, key: Bytes, iv: Bytes, plain: Bytes, aad?: Bytes): MaybePromise<Encrypted>
  /** `undefined`: the tag does not fit. */
  decryptGcm(size: AesSize, key: Bytes, iv: Bytes, encrypted: Encrypted, aad?: Bytes): MaybePromise<Bytes | undefined>
  /**
   * The other modes, which notice nothing: whoever calls checks a MAC, whatever comes out. The padding stays, so that
   * looking at it can be put off until then. `undefined`: not a whole number of blocks.
   */
  decryptUnchecked(aes: Aes, key: Bytes, iv: Bytes, data: Bytes): MaybePromise<Bytes | undefined>
  /** Whether two byte strings are the same, in a time that depends on their lengths alone. */
  equal(a: Bytes, b: Bytes): boolean
  /** RFC 1951, without a header. */
  readonly rawDeflate: Compression
  /** RFC 1952. */
  readonly gzip: Compression
  readonly text: TextPlatform
}

/** The decoders are lenient: the caller compares the re-encoding, which is what makes a text canonical. */
export interface TextPlatform {
  toBase64url(bytes: Bytes): string
  fromBase64url(text: string): Bytes
  toHex(bytes: Bytes): string
  fromHex(text: string): Bytes
  toUtf8(text: string): Bytes
  /** One byte a character: the text has no character above U+00FF. */
  toLatin1(text: string): Bytes
  concat(parts: readonly Bytes[]): Bytes
}

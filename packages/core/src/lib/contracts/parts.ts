import type { Strategy } from './options.ts'
import type { PersistenceFactory } from './persistence.ts'
import type { Bytes, SessionStore } from './store.ts'

type MaybePromise<T> = T | Promise<T>

/**
 * Encrypts what the envelope holds. A cipher that also authenticates (AEAD) returns a tag; one that does not is wrapped
 * by the envelope: encrypt, then HMAC. Either way the envelope has compared its key commitment first.
 */
export interface Cipher {
  /** Goes into every key derivation, so what one cipher sealed is refused under another: `aes-256-gcm`. */
  readonly name: string
  /** The length of its tag in bytes; 0 for a cipher without authentication. */
  readonly tagLength: number
  /**
   * @param data what to encrypt
   * @param key 32 bytes, used for this one message: a constant nonce is safe
   * @param salt the 24 random bytes that `key` was derived with, for ciphers that want a nonce all the same
   * @param aad the head of the envelope, which stays readable and must be authenticated where there is a tag
   */
  encrypt(
    data: Bytes,
    key: Bytes,
    salt: Bytes,
    aad: Bytes,
  ): MaybePromise<{ readonly data: Bytes; readonly tag?: Bytes }>
  /** Undoes `encrypt`; `undefined` when the tag does not fit. Without a tag it was vouched for by the envelope's HMAC. */
  decrypt(data: Bytes, key: Bytes, salt: Bytes, aad: Bytes, tag?: Bytes): MaybePromise<Bytes | undefined>
}

/** Authenticates what a cipher without a tag encrypted. */
export interface Hmac {
  /** Goes into every key derivation: `sha256`. */
  readonly name: string
  /** Of what `sign` returns, in bytes; at least 16. */
  readonly length: number
  /** @param key 64 bytes, used for this one message */
  sign(key: Bytes, data: Bytes): MaybePromise<Bytes>
}

/** Turns session data into text and back. What it cannot keep it must refuse by throwing, never change. */
export interface Serializer {
  /** Goes into every key derivation: `json`. */
  readonly name: string
  /** The same data must give the same text: differing text is what "changed" means. */
  serialize(data: object): string
  /** What it throws makes the session `malformed`. */
  deserialize(text: string): unknown
}

/** Makes serialized data smaller before it is encrypted. The length of a cookie then tells something of its content. */
export interface Compressor {
  /** Goes into every key derivation: `deflate`. */
  readonly name: string
  compress(data: Bytes): MaybePromise<Bytes>
  /** Undoes `compress`; `undefined` for what it did not make, and for more than `limit` bytes, which it must not make. */
  expand(data: Bytes, limit: number): MaybePromise<Bytes | undefined>
}

/** Writes bytes as the text of a cookie: letters, digits and `-_.~` only, one text for one value. */
export interface Encoder {
  readonly name: string
  encode(bytes: Bytes): string
  /** `undefined` for what `encode` does not write. */
  decode(text: string): Bytes | undefined
}

/** Makes the id of a new session: `length` bytes that nobody can guess and nobody had before. */
export type Identifier = (length: number) => Bytes

/** Parts of your own under the names by which options and environment variables choose them. */
export interface Parts {
  readonly cipher?: Readonly<Record<string, Cipher>>
  readonly hmac?: Readonly<Record<string, Hmac>>
  readonly serializer?: Readonly<Record<string, Serializer>>
  readonly compressor?: Readonly<Record<string, Compressor>>
  readonly encoder?: Readonly<Record<string, Encoder>>
  readonly identifier?: Readonly<Record<string, Identifier>>
  readonly strategy?: Readonly<Record<string, Strategy>>
  readonly store?: Readonly<Record<string, SessionStore>>
  readonly persistence?: Readonly<Record<string, PersistenceFactory>>
}

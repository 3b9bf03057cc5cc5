import type { Strategy } from './options.ts'
import type { PersistenceFactory } from './persistence.ts'
import type { Bytes, SessionStore } from './store.ts'

type MaybePromise<T> = T | Promise<T>

/** The name of every part but stores and functions: letters, digits, `-` and `.`, at most 64. It tells seals apart. */
interface Named {
  /**
   * Goes into every key derivation: what was sealed with a part of another name is refused. A change of what the part
   * writes is another name.
   */
  readonly name: string
}

/**
 * Encrypts what the envelope holds. A cipher that also authenticates (AEAD) returns a tag; one that does not is wrapped
 * by the envelope: encrypt, then HMAC over head and ciphertext. The envelope has compared its key commitment before it
 * decrypts, and the HMAC where there is one.
 */
export interface Cipher extends Named {
  /** The length of its tag in bytes, 16–64; 0 for a cipher without authentication. */
  readonly tagLength: number
  /**
   * @param data what to encrypt: a multiple of 64 bytes, never empty
   * @param key 32 bytes, used for this one message, so a constant nonce is safe; a shorter key is their beginning
   * @param salt the 24 random bytes that `key` was derived with, for ciphers that want a nonce all the same
   * @param aad the head of the envelope: stays readable, and must be authenticated by the tag where there is one
   */
  encrypt(
    data: Bytes,
    key: Bytes,
    salt: Bytes,
    aad: Bytes,
  ): MaybePromise<{ readonly data: Bytes; readonly tag?: Bytes }>
  /**
   * Undoes `encrypt`; `undefined` for what it did not make. Throwing says the same, unless it is a `SessionError`: a
   * cipher that could not ask its key service throws `SessionUnavailableError`, and nobody is signed out.
   * @param tag `tagLength` bytes; absent for a cipher without authentication
   */
  decrypt(data: Bytes, key: Bytes, salt: Bytes, aad: Bytes, tag?: Bytes): MaybePromise<Bytes | undefined>
}

/** Authenticates what a cipher without a tag encrypted. The envelope compares, in constant time. */
export interface Hmac extends Named {
  /** Of what `sign` returns, in bytes: 16–64. */
  readonly length: number
  /**
   * @param key 64 bytes, used for this one message
   * @param data head and ciphertext
   */
  sign(key: Bytes, data: Bytes): MaybePromise<Bytes>
}

/** Turns session data into text and back. What it cannot keep it must refuse by throwing, never change. */
export interface Serializer extends Named {
  /** The same data must give the same text: "changed" means another text. */
  serialize(data: object): string
  /**
   * Undoes `serialize` into objects that nothing else refers to. What it throws makes the session `malformed`. It must
   * run no code that a text names, and make no object of a class that a text names.
   */
  deserialize(text: string): unknown
}

/** Makes sessions smaller before they are encrypted. Their length then tells something of what is in them. */
export interface Compressor extends Named {
  /** `undefined`: not worth it, keep them as they are. */
  compress(data: Bytes): MaybePromise<Bytes | undefined>
  /**
   * Undoes `compress`; `undefined`, or throwing anything but a `SessionError`, for what it did not make.
   * @param length of the result, at most 1,048,576; it must never make more than that
   */
  expand(data: Bytes, length: number): MaybePromise<Bytes | undefined>
}

/** Writes bytes as the value of a cookie. It takes part in no derivation: a name for `describe()` is enough. */
export interface Encoder extends Named {
  /** Letters, digits, `-`, `_` and `~` only. */
  encode(bytes: Bytes): string
  /** `undefined`, or throwing, for what `encode` does not write. A text that `encode` writes otherwise is refused. */
  decode(text: string): Bytes | undefined
}

/** Makes the id of a new session: exactly `length` bytes that nobody can guess and no session had before. */
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

/** A built-in by its name, or one of {@link Parts}: any other text. */
export type PartName<BuiltIn extends string> = BuiltIn | (string & Record<never, never>)

/** How `cipher: 'aes'` encrypts. */
export interface AesOptions {
  /** Of the key, in bits. Default 256. */
  readonly size?: 128 | 192 | 256
  /** Default `gcm`, which authenticates; `cbc` and `ctr` are followed by the HMAC. */
  readonly mode?: 'gcm' | 'cbc' | 'ctr'
}

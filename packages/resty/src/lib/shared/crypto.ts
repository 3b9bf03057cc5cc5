import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type DecipherGCM,
  type KeyObject,
  pbkdf2,
  randomBytes as randomBytesOfNode,
  timingSafeEqual,
} from 'node:crypto'
import type { Bytes } from '@sojourn/core'
import { concat } from './encoding.ts'

export type Hash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
export type AesSize = 128 | 192 | 256
export type AesMode = 'ecb' | 'cbc' | 'ctr' | 'cfb1' | 'cfb8' | 'cfb128' | 'ofb' | 'gcm'

export interface Aes {
  readonly size: AesSize
  readonly mode: AesMode
}

/** `tag` and `aad` are GCM's. */
export interface Encrypted {
  readonly data: Bytes
  readonly tag?: Bytes
}

/** A pseudo-random key of HKDF in the platform's own form. */
export type ExtractedKey = KeyObject

const TAG_LENGTH = 16

export const randomBytes = (length: number): Bytes => randomBytesOfNode(length)

export function hash(name: Hash, ...parts: readonly Bytes[]): Bytes {
  const digest = createHash(name)
  for (const part of parts) digest.update(part)
  return digest.digest()
}

export const hmac = (name: Hash, key: Bytes, ...parts: readonly Bytes[]): Bytes =>
  hmacWith(name, createSecretKey(key), parts)

/** Node takes three times as long with a key that is plain bytes. */
function hmacWith(name: Hash, key: KeyObject, parts: readonly Bytes[]): Bytes {
  const mac = createHmac(name, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** The first half of HKDF (RFC 5869) with SHA-256 and an empty salt. */
export const hkdfExtract = (ikm: Bytes): ExtractedKey => createSecretKey(hmac('sha256', new Uint8Array(32), ikm))

/** The second half. */
export function hkdfExpand(key: ExtractedKey, info: Bytes, length: number): Bytes {
  let okm: Bytes = new Uint8Array(0)
  let block = okm
  for (let nth = 1; okm.length < length; nth++) {
    block = hmacWith('sha256', key, [block, info, Uint8Array.of(nth)])
    okm = concat(okm, block)
  }
  return okm.subarray(0, length)
}

/** PBKDF2 with HMAC-SHA-256 (RFC 8018), off the main thread. */
export const pbkdf2Sha256 = (password: Bytes, salt: Bytes, iterations: number, length: number): Promise<Bytes> =>
  new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, length, 'sha256', (error, key) => (error ? reject(error) : resolve(key)))
  })

/** Whether two byte strings are the same, in a time that depends on their lengths alone. */
export const equal = (a: Bytes, b: Bytes): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Block modes pad as PKCS#7 says. */
export function aesEncrypt(aes: Aes, key: Bytes, iv: Bytes, plain: Bytes, aad?: Bytes): Encrypted {
  if (aes.mode !== 'gcm') {
    const cipher = createCipheriv(nameOf(aes), createSecretKey(key), ivOf(aes, iv))
    return { data: concat(cipher.update(plain), cipher.final()) }
  }
  const cipher: CipherGCM = createCipheriv(gcmOf(aes.size), createSecretKey(key), iv, { authTagLength: TAG_LENGTH })
  if (aad) cipher.setAAD(aad)
  return { data: concat(cipher.update(plain), cipher.final()), tag: cipher.getAuthTag() }
}

/** `undefined`: the tag does not fit. */
export function aesGcmDecrypt(
  size: AesSize,
  key: Bytes,
  iv: Bytes,
  { data, tag }: Encrypted,
  aad?: Bytes,
): Bytes | undefined {
  if (tag?.length !== TAG_LENGTH) return undefined
  const decipher: DecipherGCM = createDecipheriv(gcmOf(size), createSecretKey(key), iv, { authTagLength: TAG_LENGTH })
  decipher.setAuthTag(tag)
  if (aad) decipher.setAAD(aad)
  return finish(() => concat(decipher.update(data), decipher.final()))
}

/**
 * The other modes, which notice nothing: whoever calls checks a MAC, whatever comes out. The padding stays, so that
 * looking at it can be put off until then. `undefined`: not a whole number of blocks.
 */
export function aesDecryptUnchecked(aes: Aes, key: Bytes, iv: Bytes, data: Bytes): Bytes | undefined {
  const decipher = createDecipheriv(nameOf(aes), createSecretKey(key), ivOf(aes, iv)).setAutoPadding(false)
  return finish(() => concat(decipher.update(data), decipher.final()))
}

const gcmOf = (size: AesSize) => `aes-${size}-gcm` as const

/** OpenSSL calls CFB with whole blocks plainly `cfb`. */
const nameOf = ({ size, mode }: Aes): string => `aes-${size}-${mode === 'cfb128' ? 'cfb' : mode}`

const ivOf = ({ mode }: Aes, iv: Bytes): Bytes | null => (mode === 'ecb' ? null : iv)

/** The platform throws for what was tampered with. Here that is an answer. */
function finish(work: () => Bytes): Bytes | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

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
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { Bytes } from '@sojourn/core'
import { gzip, rawDeflate } from './node-compression.ts'
import { text } from './node-text.ts'
import type { Aes, AesSize, CryptoPlatform, HkdfKey, HmacHash } from './types.ts'

const { concat } = text
const TAG_LENGTH = 16

/** Node takes three times as long with a key that is plain bytes. */
function hmacWith(name: HmacHash, key: KeyObject, parts: readonly Bytes[]): Bytes {
  const mac = createHmac(name, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

const gcmOf = (size: AesSize) => `aes-${size}-gcm` as const

/** OpenSSL calls CFB with whole blocks plainly `cfb`. */
const nameOf = ({ size, mode }: Aes): string => `aes-${size}-${mode === 'cfb128' ? 'cfb' : mode}`

const ivOf = ({ mode }: Aes, iv: Bytes): Bytes | null => (mode === 'ecb' ? null : iv)

/** Node throws for what was tampered with. Here that is an answer. */
function finish(work: () => Bytes): Bytes | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** node:crypto and node:zlib, synchronous but for what is meant to take long. */
export const platform: CryptoPlatform = {
  hashes: ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],

  aesModes: () => ['ecb', 'cbc', 'ctr', 'cfb1', 'cfb8', 'cfb128', 'ofb', 'gcm'],

  randomBytes: (length) => randomBytes(length),

  hash(name, ...parts) {
    const digest = createHash(name)
    for (const part of parts) digest.update(part)
    return digest.digest()
  },

  hmac: (name, key, ...parts) => hmacWith(name, createSecretKey(key), parts),

  hkdfKey(ikm) {
    const extracted = hmacWith('sha256', createSecretKey(new Uint8Array(32)), [ikm])
    return createSecretKey(extracted) as unknown as HkdfKey
  },

  hkdf(key, info, length) {
    let okm: Bytes = new Uint8Array(0)
    let block = okm
    for (let nth = 1; okm.length < length; nth++) {
      block = hmacWith('sha256', key as unknown as KeyObject, [block, info, Uint8Array.of(nth)])
      okm = concat([okm, block])
    }
    return okm.subarray(0, length)
  },

  pbkdf2: (password, salt, iterations, length) =>
    new Promise((resolve, reject) => {
      pbkdf2(password, salt, iterations, length, 'sha256', (error, key) => (error ? reject(error) : resolve(key)))
    }),

  encrypt(aes, key, iv, plain, aad) {
    if (aes.mode !== 'gcm') {
      const cipher = createCipheriv(nameOf(aes), createSecretKey(key), ivOf(aes, iv))
      return { data: concat([cipher.update(plain), cipher.final()]) }
    }
    const cipher: CipherGCM = createCipheriv(gcmOf(aes.size), createSecretKey(key), iv, { authTagLength: TAG_LENGTH })
    if (aad) cipher.setAAD(aad)
    return { data: concat([cipher.update(plain), cipher.final()]), tag: cipher.getAuthTag() }
  },

  decryptGcm(size, key, iv, { data, tag }, aad) {
    if (tag?.length !== TAG_LENGTH) return undefined
    const decipher: DecipherGCM = createDecipheriv(gcmOf(size), createSecretKey(key), iv, { authTagLength: TAG_LENGTH })
    decipher.setAuthTag(tag)
    if (aad) decipher.setAAD(aad)
    return finish(() => concat([decipher.update(data), decipher.final()]))
  },

  decryptUnchecked(aes, key, iv, data) {
    const decipher = createDecipheriv(nameOf(aes), createSecretKey(key), ivOf(aes, iv)).setAutoPadding(false)
    return finish(() => concat([decipher.update(data), decipher.final()]))
  },

  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),

  rawDeflate,

  gzip,

  text,
}

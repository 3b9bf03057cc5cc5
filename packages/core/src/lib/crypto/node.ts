import type { Bytes } from '../contracts/store.ts'
import { nodeCrypto } from './node-crypto.ts'
import { type HmacKey, hmacKey, hmacSha512 } from './node-hmac.ts'
import type { CryptoPlatform, ExtractedKey } from './types.ts'

const CIPHER = 'aes-256-gcm'
const TAG_LENGTH = 16
const IV = new Uint8Array(12)
const FIRST_BLOCK = Uint8Array.of(1)

const isBuffer = (bytes: Bytes): bytes is Buffer<ArrayBuffer> => Buffer.isBuffer(bytes)

function asBuffer(bytes: Bytes): Buffer<ArrayBuffer> {
  if (isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function expand(key: ExtractedKey, info: readonly Bytes[], counter: Bytes = FIRST_BLOCK): Bytes {
  return hmacSha512(key as unknown as HmacKey, [...info, counter])
}

/** node:crypto, synchronous throughout. AES keys are KeyObjects: a raw one makes a call three times slower. */
export const platform: CryptoPlatform = {
  randomBytes: (length) => nodeCrypto().randomFillSync(Buffer.allocUnsafe(length)),

  // From Node's pool, which is several times faster than an allocation, hence the zeros by hand.
  zeros: (length) => Buffer.allocUnsafe(length).fill(0),

  concat: (parts) => Buffer.concat(parts),

  extract(salt, secret) {
    const key = nodeCrypto().createHmac('sha512', salt).update(secret).digest()
    return hmacKey(key) as unknown as ExtractedKey
  },

  expand,

  expandLater: (key, info) => () => expand(key, info()),

  encrypt(key, header, plain) {
    const { createCipheriv, createSecretKey } = nodeCrypto()
    const cipher = createCipheriv(CIPHER, createSecretKey(key), IV)
    cipher.setAAD(header)
    const body = cipher.update(plain)
    cipher.final()
    return Buffer.concat([header, body, cipher.getAuthTag()])
  },

  decrypt(key, sealed, headerLength) {
    const { createDecipheriv, createSecretKey } = nodeCrypto()
    const tagAt = sealed.length - TAG_LENGTH
    const decipher = createDecipheriv(CIPHER, createSecretKey(key), IV)
    decipher.setAuthTag(sealed.subarray(tagAt))
    decipher.setAAD(sealed.subarray(0, headerLength))
    const plain = decipher.update(sealed.subarray(headerLength, tagAt))
    try {
      decipher.final()
      return plain
    } catch {
      return undefined
    }
  },

  sha256: (bytes) => nodeCrypto().hash('sha256', bytes, 'buffer'),

  equal: (a, b) => nodeCrypto().timingSafeEqual(a, b),

  toBase64url: (bytes) => asBuffer(bytes).toString('base64url'),

  fromBase64url: (text) => Buffer.from(text, 'base64url'),

  toUtf8: (text) => Buffer.from(text),

  fromUtf8: (bytes) => asBuffer(bytes).toString(),
}

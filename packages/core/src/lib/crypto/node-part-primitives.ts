import type * as NodeZlib from 'node:zlib'
import type { Bytes } from '../contracts/store.ts'
import { nodeCrypto } from './node-crypto.ts'
import type { Algorithm, PartPrimitives } from './part-primitives.ts'

/** A GCM or ChaCha20 nonce has 12 bytes, an IV or counter block 16. */
const ZEROS = new Uint8Array(16)

const nonceOf = ({ tagLength }: Algorithm): Bytes => ZEROS.subarray(0, tagLength > 0 ? 12 : 16)

/** The modes with a tag share their types with GCM; those without take the same calls up to the tag. */
const asGcm = (name: string): 'aes-256-gcm' => name as 'aes-256-gcm'

let zlib: typeof NodeZlib | undefined

function nodeZlib(): typeof NodeZlib {
  zlib ??= process.getBuiltinModule('node:zlib')
  return zlib
}

/** node:crypto and node:zlib, both loaded at the first use, synchronous throughout. */
export const primitives: PartPrimitives = {
  lacks: new Set(),

  encrypt(algorithm, key, data, aad) {
    const { createCipheriv, createSecretKey } = nodeCrypto()
    const { name, tagLength } = algorithm
    const cipher = createCipheriv(asGcm(name), createSecretKey(key), nonceOf(algorithm), { authTagLength: 16 })
    if (tagLength > 0) cipher.setAAD(aad)
    const encrypted = Buffer.concat([cipher.update(data), cipher.final()])
    return tagLength > 0 ? { data: encrypted, tag: cipher.getAuthTag() } : { data: encrypted }
  },

  decrypt(algorithm, key, data, aad, tag) {
    const { createDecipheriv, createSecretKey } = nodeCrypto()
    const decipher = createDecipheriv(asGcm(algorithm.name), createSecretKey(key), nonceOf(algorithm), {
      authTagLength: 16,
    })
    try {
      if (tag) decipher.setAAD(aad).setAuthTag(tag)
      return Buffer.concat([decipher.update(data), decipher.final()])
    } catch {
      return undefined
    }
  },

  hmac: (hash, key, data) => nodeCrypto().createHmac(hash, key).update(data).digest(),

  compress: (format, data) => (format === 'gzip' ? nodeZlib().gzipSync(data) : nodeZlib().deflateRawSync(data)),

  expand(format, data, limit) {
    const { gunzipSync, inflateRawSync } = nodeZlib()
    try {
      const options = { maxOutputLength: limit, rejectGarbageAfterEnd: true }
      return format === 'gzip' ? gunzipSync(data, options) : inflateRawSync(data, options)
    } catch {
      return undefined
    }
  },
}

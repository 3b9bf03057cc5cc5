import type { Bytes } from '../contracts/store.ts'
import { fromBase64url, toBase64url } from './base64url.ts'
import type { CryptoPlatform, ExtractedKey } from './types.ts'

type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const TAG = 16
const IV = new Uint8Array(12)
const FIRST_BLOCK = Uint8Array.of(1)
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function concat(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function hmacKey(key: Bytes): Promise<WebKey> {
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])
}

async function hmac(key: WebKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
}

function expand(key: ExtractedKey, info: readonly Bytes[], counter: Bytes = FIRST_BLOCK): Promise<Bytes> {
  return hmac(key as unknown as WebKey, concat([...info, counter]))
}

function aesKey(key: Bytes, usage: 'encrypt' | 'decrypt'): Promise<WebKey> {
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, [usage])
}

function gcm(header: Bytes): { name: string; iv: Bytes; additionalData: Bytes; tagLength: number } {
  return { name: 'AES-GCM', iv: IV, additionalData: header, tagLength: TAG * 8 }
}

/** WebCrypto and nothing else: Workers, Deno, Bun, browsers' service workers. */
export const platform: CryptoPlatform = {
  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),

  zeros: (length) => new Uint8Array(length),

  concat,

  extract: async (salt, secret) => (await hmacKey(await hmac(await hmacKey(salt), secret))) as unknown as ExtractedKey,

  expand,

  async expandLater(key, info) {
    const block = await expand(key, info())
    return () => block
  },

  async encrypt(key, header, plain) {
    const body = await crypto.subtle.encrypt(gcm(header), await aesKey(key, 'encrypt'), plain)
    return concat([header, new Uint8Array(body)])
  },

  async decrypt(key, sealed, headerLength) {
    const imported = await aesKey(key, 'decrypt')
    try {
      const algorithm = gcm(sealed.subarray(0, headerLength))
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, sealed.subarray(headerLength)))
    } catch {
      return undefined
    }
  },

  sha256: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),

  equal(a, b) {
    let difference = a.length ^ b.length
    for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
    return difference === 0
  },

  toBase64url,

  fromBase64url,

  toUtf8: (text) => encoder.encode(text),

  fromUtf8: (bytes) => decoder.decode(bytes),
}

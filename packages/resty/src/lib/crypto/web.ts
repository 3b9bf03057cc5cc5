import type { Bytes } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'
import type { Aes, CryptoPlatform, Hash, HkdfKey } from './types.ts'
import { gzip, rawDeflate } from './web-compression.ts'
import { text } from './web-text.ts'

type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>
type Algorithm = Parameters<typeof crypto.subtle.encrypt>[0]

const { concat } = text
const TAG_LENGTH = 16
const BLOCK_LENGTH = 16
const NOTHING: Bytes = new Uint8Array(0)

const NAMES: Readonly<Record<Hash, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

const asBytes = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer)

const isOperationError = (error: unknown): boolean => error instanceof Error && error.name === 'OperationError'

const refusedByRuntime = (what: string, cause: unknown): SessionConfigError =>
  new SessionConfigError(`The WebCrypto of this runtime refuses ${what}, which therefore needs node:crypto.`, { cause })

/** A format asks for nothing that `hashes` and `aesModes` do not name; what a runtime lacks besides shows here. */
async function supported<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refusedByRuntime(what, error)
  }
}

const nameOf = ({ size, mode }: Aes): string => `AES-${mode.toUpperCase()} with ${size} bits`

function aesKey(aes: Aes, key: Bytes): Promise<WebKey> {
  const name = `AES-${aes.mode.toUpperCase()}`
  return supported(nameOf(aes), () => crypto.subtle.importKey('raw', key, name, false, ['encrypt', 'decrypt']))
}

function algorithmOf({ mode }: Aes, iv: Bytes, aad?: Bytes): Algorithm {
  if (mode === 'cbc') return { name: 'AES-CBC', iv }
  // As in OpenSSL, all of the IV counts.
  if (mode === 'ctr') return { name: 'AES-CTR', counter: iv, length: 128 }
  return { name: 'AES-GCM', iv, tagLength: TAG_LENGTH * 8, ...(aad && { additionalData: aad }) }
}

/**
 * CBC with its padding. WebCrypto always checks the padding, and says so before the MAC was looked at: somebody who
 * sends changed ciphertexts and reads or times the answers would learn the plaintext. So it gets one more block, which
 * encrypts a padding and nothing else: it finds that, takes it off, and the padding in question stays. This block is
 * what the empty text encrypts to, with the last block of the ciphertext as IV.
 */
async function decryptPadded(key: WebKey, iv: Bytes, data: Bytes): Promise<Bytes> {
  const last = data.slice(-BLOCK_LENGTH)
  const padding = asBytes(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: last }, key, NOTHING))
  return asBytes(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, concat([data, padding])))
}

/** WebCrypto and compression streams, and nothing else: Workers, Deno, Bun. */
export const platform: CryptoPlatform = {
  hashes: ['sha1', 'sha256', 'sha384', 'sha512'],

  aesModes: () => ['cbc', 'ctr', 'gcm'],

  randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),

  hash: async (name, ...parts) => asBytes(await crypto.subtle.digest(NAMES[name], concat(parts))),

  async hmac(name, key, ...parts) {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: NAMES[name] }, false, ['sign'])
    return asBytes(await crypto.subtle.sign('HMAC', imported, concat(parts)))
  },

  hkdfKey: async (ikm) =>
    (await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits'])) as unknown as HkdfKey,

  async hkdf(key, info, length) {
    const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: NOTHING, info }
    return asBytes(await crypto.subtle.deriveBits(algorithm, key as unknown as WebKey, length * 8))
  },

  async pbkdf2(password, salt, iterations, length) {
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
    // Cloudflare's Workers stop at 100 000.
    const bits = await supported(`${iterations} iterations of PBKDF2`, () =>
      crypto.subtle.deriveBits(algorithm, key, length * 8),
    )
    return asBytes(bits)
  },

  async encrypt(aes, key, iv, plain, aad) {
    const imported = await aesKey(aes, key)
    const whole = asBytes(
      await supported(nameOf(aes), () => crypto.subtle.encrypt(algorithmOf(aes, iv, aad), imported, plain)),
    )
    if (aes.mode !== 'gcm') return { data: whole }
    return { data: whole.subarray(0, -TAG_LENGTH), tag: whole.subarray(-TAG_LENGTH) }
  },

  async decryptGcm(size, key, iv, { data, tag }, aad) {
    if (tag?.length !== TAG_LENGTH) return undefined
    const aes = { size, mode: 'gcm' } as const
    const imported = await aesKey(aes, key)
    try {
      return asBytes(await crypto.subtle.decrypt(algorithmOf(aes, iv, aad), imported, concat([data, tag])))
    } catch (error) {
      if (isOperationError(error)) return undefined
      throw refusedByRuntime(`${nameOf(aes)} and a nonce of ${iv.length} bytes`, error)
    }
  },

  async decryptUnchecked(aes, key, iv, data) {
    const imported = await aesKey(aes, key)
    if (aes.mode !== 'cbc') return asBytes(await crypto.subtle.decrypt(algorithmOf(aes, iv), imported, data))
    if (data.length === 0) return NOTHING
    return data.length % BLOCK_LENGTH === 0 ? decryptPadded(imported, iv, data) : undefined
  },

  equal(a, b) {
    let difference = a.length ^ b.length
    for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
    return difference === 0
  },

  rawDeflate,

  gzip,

  text,
}

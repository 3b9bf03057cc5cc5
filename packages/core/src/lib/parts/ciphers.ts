import { primitives } from '#parts'
import type { AesOptions, Cipher } from '../contracts/parts.ts'
import type { Algorithm } from '../crypto/part-primitives.ts'
import { SessionConfigError } from '../errors.ts'
import { wrong } from '../settings/checks.ts'

const SIZES = [128, 192, 256] as const
const MODES = ['gcm', 'cbc', 'ctr'] as const
/** What lua-resty-session 3 offers besides. */
const RESTY_MODES: readonly unknown[] = ['ecb', 'cfb1', 'cfb8', 'cfb128', 'ofb']

function cipherOf(algorithm: Algorithm, keyLength: number): Cipher {
  const { name, tagLength } = algorithm
  if (primitives.lacks.has(name))
    throw new SessionConfigError(
      `\`cipher\` is ${name}, which the WebCrypto of this runtime does not have. Take \`aes\`, or give a cipher of your own.`,
    )
  return {
    name,
    tagLength,
    encrypt: (data, key, _salt, aad) => primitives.encrypt(algorithm, key.subarray(0, keyLength), data, aad),
    decrypt: (data, key, _salt, aad, tag) => primitives.decrypt(algorithm, key.subarray(0, keyLength), data, aad, tag),
  }
}

const aesCipher = (size: 128 | 192 | 256, mode: 'gcm' | 'cbc' | 'ctr'): Cipher =>
  cipherOf({ name: `aes-${size}-${mode}`, tagLength: mode === 'gcm' ? 16 : 0 }, size / 8)

/** What is in use where no cipher is chosen: a suite knows it, and goes the fast way. */
export const defaultCipher: Cipher = aesCipher(256, 'gcm')

/**
 * AES, by default AES-256-GCM.
 * @throws SessionConfigError for another size or mode
 */
export function aes({ size = 256, mode = 'gcm' }: AesOptions = {}): Cipher {
  if (!SIZES.includes(size)) throw wrong('aes.size', size, SIZES.join(' | '))
  if (RESTY_MODES.includes(mode))
    throw new SessionConfigError(
      `\`aes.mode\` is "${mode}", which exists in the format of lua-resty-session 3 only: restyV3({ cipher … }). Take gcm, cbc or ctr.`,
    )
  if (!MODES.includes(mode)) throw wrong('aes.mode', mode, MODES.join(' | '))
  return size === 256 && mode === 'gcm' ? defaultCipher : aesCipher(size, mode)
}

/**
 * ChaCha20-Poly1305 (RFC 8439): for machines without AES instructions.
 * @throws SessionConfigError where only WebCrypto is to be had, which does not have it
 */
export const chacha20Poly1305 = (): Cipher => cipherOf({ name: 'chacha20-poly1305', tagLength: 16 }, 32)

const NONE: Cipher = {
  name: 'none',
  tagLength: 0,
  encrypt: (data) => ({ data }),
  decrypt: (data) => data,
}

/** No encryption: everyone who has the cookie can read the session, and nobody change it. */
export const noCipher = (): Cipher => NONE

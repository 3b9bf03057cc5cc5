import { type Bytes, fromBase64url, type Seconds, toBase64url } from '@sojourn/core/persistence'
import { defaults, encrypt, generateKey } from 'iron-webcrypto'
import type { Passwords } from './passwords.ts'

/** A value that has the form of a seal; nothing in it is verified. */
export interface SealParts {
  readonly passwordId: string
  /** What the MAC is computed over. */
  readonly signed: string
  readonly encryptionSalt: string
  readonly iv: Bytes
  readonly encrypted: Bytes
  /** Absent in a seal that never expires. */
  readonly expiresAt: Seconds | undefined
  readonly macSalt: string
  /** 32 bytes. No two seals have the same one, because each is made with a random salt. */
  readonly mac: Bytes
}

const PREFIX = 'Fe26.2*'
/** The mark of iron-session 6 and later. It is not signed, so anything else there would be a second text for one seal. */
const VERSION = '~2'
/** iron-session reads at most four cookies of 4,096 octets. */
const MOST_CHARACTERS = 4 * 4096
const encoder = new TextEncoder()

/**
 * One text for one seal: hexadecimal salts of 32 bytes, and base64url without left-over bits where the MAC is not over
 * the text itself. The classes exclude the separator, so matching is linear.
 */
const SEAL =
  /^(Fe26\.2\*(\w{0,64})\*([\da-f]{64})\*([\w-]{21}[AQgw])\*([\w-]+)\*([1-9]\d{0,15}|))\*([\da-f]{64})\*([\w-]{42}[AEIMQUYcgkosw048])~2$/

export const resemblesSeal = (value: string): boolean => value.startsWith(PREFIX)

/** Whether a value has its end, which a seal in several cookies loses first. */
export const hasEnd = (value: string): boolean => value.endsWith(VERSION)

/** The parts of a seal, before any cryptography; `undefined` for every other text. */
export function parseSeal(value: string): SealParts | undefined {
  if (value.length > MOST_CHARACTERS) return undefined
  const match = SEAL.exec(value)
  if (!match) return undefined
  const [
    ,
    signed = '',
    passwordId = '',
    encryptionSalt = '',
    iv = '',
    encrypted = '',
    expiration,
    macSalt = '',
    mac = '',
  ] = match
  return {
    passwordId,
    signed,
    encryptionSalt,
    iv: fromBase64url(iv),
    encrypted: fromBase64url(encrypted),
    expiresAt: expiration ? Math.floor(Number(expiration) / 1000) : undefined,
    macSalt,
    mac: fromBase64url(mac),
  }
}

/** What a seal holds. WebCrypto compares the MAC in constant time, and nothing is decrypted that it does not vouch for. */
export async function openSeal(seal: SealParts, password: string): Promise<Bytes | 'tampered' | 'malformed'> {
  const { signed, encryptionSalt, iv, encrypted, macSalt, mac } = seal
  const macKey = await generateKey(password, { ...defaults.integrity, salt: macSalt })
  if (!(await crypto.subtle.verify('HMAC', macKey.key, mac, encoder.encode(signed)))) return 'tampered'
  const { key } = await generateKey(password, { ...defaults.encryption, salt: encryptionSalt, iv })
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, encrypted))
  } catch {
    return 'malformed'
  }
}

/** A seal as iron-session 8 and 9 write it. The two keys are independent, so they are derived at the same time. */
export async function makeSeal(
  data: Bytes,
  { newestId, newest }: Passwords,
  expiresAt: Seconds | undefined,
): Promise<{ readonly text: string; readonly mac: Bytes }> {
  const [{ encrypted, key }, mac] = await Promise.all([
    encrypt(newest, defaults.encryption, data),
    generateKey(newest, defaults.integrity),
  ])
  const expiration = expiresAt === undefined ? '' : expiresAt * 1000
  const signed = `${PREFIX}${newestId}*${key.salt}*${toBase64url(key.iv)}*${toBase64url(encrypted)}*${expiration}`
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', mac.key, encoder.encode(signed)))
  return { text: `${signed}*${mac.salt}*${toBase64url(digest)}${VERSION}`, mac: digest }
}

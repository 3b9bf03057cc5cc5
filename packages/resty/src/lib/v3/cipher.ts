import type { Bytes } from '@sojourn/core'
import { platform } from '#crypto'
import { type V3Claims, v3AesKey, v3Keys } from './keys.ts'
import type { V3Aes, V3Settings } from './settings.ts'

const BLOCK_LENGTH = 16

export interface V3Protected {
  readonly data: Bytes
  /** The tag of GCM; of everything else an HMAC of the plaintext. */
  readonly hash: Bytes
}

export async function protectV3(
  settings: V3Settings,
  secret: Bytes,
  claims: V3Claims,
  plain: Bytes,
  sessionKey: Bytes,
): Promise<V3Protected> {
  const { cipher } = settings
  const { covered, hmacKey } = await v3Keys(settings, secret, claims)
  const authenticate = () => platform.hmac(settings.hmac, hmacKey, covered, plain, sessionKey)
  if (cipher.kind === 'none') return { data: plain, hash: await authenticate() }
  const { key, iv } = await v3AesKey(cipher, claims.id, hmacKey)
  const { data, tag } = await platform.encrypt(cipher, key, iv, plain)
  return { data, hash: tag ?? (await authenticate()) }
}

/** The plaintext, if this secret made it; else `undefined`. */
export async function unprotectV3(
  settings: V3Settings,
  secret: Bytes,
  claims: V3Claims,
  { data, hash }: V3Protected,
  sessionKey: Bytes,
): Promise<Bytes | undefined> {
  const { cipher } = settings
  const { covered, hmacKey } = await v3Keys(settings, secret, claims)
  if (cipher.kind === 'aes' && cipher.mode === 'gcm') {
    const { key, iv } = await v3AesKey(cipher, claims.id, hmacKey)
    return platform.decryptGcm(cipher.size, key, iv, { data, tag: hash })
  }
  // The hash covers the plaintext, so it comes after the padding. A wrong padding goes the same way to the end: its
  // answer, and nearly its time, are those of a wrong hash.
  const { plain, isWhole } =
    cipher.kind === 'none' ? { plain: data, isWhole: true } : await decrypt(cipher, claims.id, hmacKey, data)
  const isGenuine = platform.equal(await platform.hmac(settings.hmac, hmacKey, covered, plain, sessionKey), hash)
  return isWhole && isGenuine ? plain : undefined
}

interface Decrypted {
  readonly plain: Bytes
  readonly isWhole: boolean
}

async function decrypt(aes: V3Aes, id: Bytes, hmacKey: Bytes, data: Bytes): Promise<Decrypted> {
  const { key, iv } = await v3AesKey(aes, id, hmacKey)
  const padded = await platform.decryptUnchecked(aes, key, iv, data)
  if (!padded) return { plain: data, isWhole: false }
  return aes.mode === 'cbc' || aes.mode === 'ecb' ? unpad(padded) : { plain: padded, isWhole: true }
}

/** PKCS#7. The same number of bytes is looked at whatever they are. */
function unpad(padded: Bytes): Decrypted {
  const count = padded.at(-1) ?? 0
  let wrong = count < 1 || count > BLOCK_LENGTH ? 1 : 0
  for (let nth = 1; nth <= BLOCK_LENGTH; nth++) {
    wrong |= nth <= count ? (padded.at(-nth) ?? 0) ^ count : 0
  }
  const isWhole = wrong === 0
  return { plain: isWhole ? padded.subarray(0, -count) : padded, isWhole }
}

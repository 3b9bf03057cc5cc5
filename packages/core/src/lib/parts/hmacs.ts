import { primitives } from '#parts'
import type { Hmac } from '../contracts/parts.ts'
import type { HashName } from '../crypto/part-primitives.ts'
import { wrong } from '../settings/checks.ts'

const LENGTHS: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64, sha1: 20 }

/**
 * HMAC (RFC 2104). SHA-1 is there for comparison with foreign formats; a warning says so.
 * @throws SessionConfigError for another hash
 */
export function hmac(hash: 'sha256' | 'sha384' | 'sha512' | 'sha1' = 'sha256'): Hmac {
  if (!Object.hasOwn(LENGTHS, hash)) throw wrong('hmac', hash, Object.keys(LENGTHS).join(' | '))
  return { name: hash, length: LENGTHS[hash], sign: (key, data) => primitives.hmac(hash, key, data) }
}

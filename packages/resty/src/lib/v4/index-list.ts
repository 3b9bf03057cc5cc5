import type { Seconds } from '@sojourn/core'
import { base64url } from '../shared/encoding.ts'

/**
 * The index of a subject's sessions as memcached, shm and DSHM keep it, which have no sorted sets: a text to which
 * `KEY:EXPIRY;` is appended for every session, and `KEY;` to remove one. The last word about a key counts.
 */
export type V4IndexList = ReadonlyMap<string, Seconds>

const EXPIRY_LENGTH = 5
const ITEM = /^([\w-]{43})(?::([\w-]{7}))?$/

/** The sessions that have not expired. What is no item of a list is passed over: the text is not authenticated. */
export function readV4IndexList(text: string, now: Seconds): V4IndexList {
  const list = new Map<string, Seconds>()
  for (const item of text.split(';')) {
    const [, key, expiry] = ITEM.exec(item) ?? []
    if (key === undefined) continue
    const expiresAt = expiry === undefined ? 0 : readExpiry(expiry)
    list.delete(key)
    if (expiresAt > now) list.set(key, expiresAt)
  }
  return list
}

export const writeV4IndexList = (list: V4IndexList): string =>
  [...list].map(([key, expiresAt]) => `${key}:${writeExpiry(expiresAt)};`).join('')

/** Five bytes, little-endian. */
function writeExpiry(expiresAt: Seconds): string {
  const bytes = new Uint8Array(EXPIRY_LENGTH)
  let rest = expiresAt
  for (const at of bytes.keys()) {
    bytes[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return base64url.encode(bytes)
}

function readExpiry(text: string): Seconds {
  const bytes = base64url.decode(text) ?? new Uint8Array(0)
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0)
}

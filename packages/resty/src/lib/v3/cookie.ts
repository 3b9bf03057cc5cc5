import type { Bytes } from '@sojourn/core'
import { type Decoded, decoded, refused } from '../shared/decoded.ts'
import type { V3Claims } from './keys.ts'
import type { V3Settings } from './settings.ts'

/** A cookie taken apart. Nothing of it is verified. */
export interface V3Cookie extends V3Claims {
  /** What is encrypted; absent with a server storage. */
  readonly data?: Bytes
  readonly hash: Bytes
}

const HASH_LENGTHS = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const
const TAG_LENGTH = 16

/**
 * Ten digits, the years 2001 to 2286. Not more freedom than that: what is signed is the digits of both times without
 * anything in between.
 */
const TIMES = /^([1-9]\d{9})(?::([1-9]\d{9}))?$/

/** Takes a cookie apart: one value, its chunks already joined. It must be as `writeV3Cookie` writes it. */
export function readV3Cookie(settings: V3Settings, cookie: string): Decoded<V3Cookie> {
  const parts = cookie.split('|')
  if (parts.length !== (settings.usesStorage ? 3 : 4)) return refused('malformed')
  const [, expires, usebefore] = TIMES.exec(parts[1] ?? '') ?? []
  const [id, hash, data] = [parts[0], parts.at(-1), parts[2]].map((part) => decodePart(settings, part))
  const isMissing = expires === undefined || !id || !hash || !data
  if (isMissing || id.length !== settings.idLength || hash.length !== hashLengthOf(settings)) {
    return refused('malformed')
  }
  if ((usebefore !== undefined) !== settings.idletime > 0) return refused('malformed')
  return decoded({
    id,
    expires: Number(expires),
    ...(usebefore !== undefined && { usebefore: Number(usebefore) }),
    ...(!settings.usesStorage && { data }),
    hash,
  })
}

export function writeV3Cookie({ encoding, usesStorage }: V3Settings, cookie: V3Cookie): string {
  const { id, expires, usebefore, data, hash } = cookie
  const times = usebefore === undefined ? `${expires}` : `${expires}:${usebefore}`
  const parts = [encoding.encode(id), times]
  if (data && !usesStorage) parts.push(encoding.encode(data))
  return [...parts, encoding.encode(hash)].join('|')
}

function decodePart({ encoding }: V3Settings, text: string | undefined): Bytes | undefined {
  return text ? encoding.decode(text) : undefined
}

const hashLengthOf = ({ cipher, hmac }: V3Settings): number =>
  cipher.kind === 'aes' && cipher.mode === 'gcm' ? TAG_LENGTH : HASH_LENGTHS[hmac]

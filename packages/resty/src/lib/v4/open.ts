import type { ClientFacts, Seconds } from '@sojourn/core'
import { platform } from '#crypto'
import { type Decoded, decoded, refused } from '../shared/decoded.ts'
import { base64url, fromUtf8 } from '../shared/encoding.ts'
import { readV4Payload, type V4Entry } from './entries.ts'
import { bindFlagsOf, hasFlag, hasOnlyKnownFlags, V4_FLAGS } from './flags.ts'
import type { V4Format } from './format.ts'
import {
  readV4Header,
  V4_HEADER_TEXT_LENGTH,
  V4_MOST_24_BITS,
  V4_SEALED_LENGTH,
  type V4Header,
  writeV4Header,
} from './header.ts'
import { type V4EncryptionKey, v4EncryptionKey, v4RememberKey } from './keys.ts'
import { requireBoundFacts, v4Mac } from './mac.ts'
import { v4CookieOf } from './seal.ts'
import type { V4KeyMaterial } from './secrets.ts'

/** A cookie whose header is genuine. Its payload is not looked at yet. */
export interface V4Cookie {
  readonly header: V4Header
  /** What follows the header; empty with a server storage. */
  readonly payload: string
  /** The secret that vouched for it: 0 is the one that writes, others are fallbacks. */
  readonly secretIndex: number
}

/**
 * Checks the header of a cookie: one value, its chunks already joined. It must be the one text that stands for what it
 * says. Nobody without a secret gets past this, so nothing costly comes before it.
 *
 * `malformed`: no cookie of this format, or of another storage. `tampered`: changed, made with another secret, or sent
 * by another client than it is bound to; nothing in the format tells these apart. `bound-elsewhere`: genuine, but bound
 * to other things than the configuration asks for. Deadlines are `refusalOfV4Times`.
 */
export async function verifyV4(format: V4Format, cookie: string, facts: ClientFacts): Promise<Decoded<V4Cookie>> {
  requireBoundFacts(format, facts)
  const found = readV4Header(cookie)
  if (!found) return refused('malformed')
  const { header, bytes, mac } = found
  const payload = cookie.slice(V4_HEADER_TEXT_LENGTH)
  const isOfThisStorage = hasFlag(header.flags, V4_FLAGS.storage) === format.usesStorage
  const isWhole = payload.length === (format.usesStorage ? 0 : header.dataSize)
  if (!hasOnlyKnownFlags(header.flags) || !isOfThisStorage || !isWhole) return refused('malformed')
  for (const [secretIndex, keySource] of format.keySources.entries()) {
    if (!platform.equal(await v4Mac(await keySource(), header, bytes, facts), mac)) continue
    if (bindFlagsOf(header.flags) !== bindFlagsOf(format.flags)) return refused('bound-elsewhere')
    return decoded({ header, payload, secretIndex })
  }
  return refused('tampered')
}

/** The entries of a verified cookie. `payload` is what the server storage holds. */
export async function openV4(
  format: V4Format,
  cookie: V4Cookie,
  payload: string = cookie.payload,
): Promise<Decoded<readonly V4Entry[]>> {
  const key = await v4EncryptionKey(await keyMaterialOf(format, cookie), cookie.header.id)
  return open(format, cookie.header, payload, key)
}

/** The same for a remember cookie, which is never touched. */
export async function openV4Remember(
  format: V4Format,
  cookie: V4Cookie,
  payload: string = cookie.payload,
): Promise<Decoded<readonly V4Entry[]>> {
  const { header } = cookie
  if (header.idlingOffset !== 0) return refused('malformed')
  const key = await v4RememberKey(await keyMaterialOf(format, cookie), header.id, format.rememberSafety)
  return open(format, header, payload, key)
}

/** The cookie with a new time of its last use, under the secret that it already has. The payload stays as it is. */
export async function touchV4(format: V4Format, cookie: V4Cookie, now: Seconds, facts: ClientFacts): Promise<string> {
  requireBoundFacts(format, facts)
  const { began, rollingOffset } = cookie.header
  const idlingOffset = Math.min(Math.max(now - began - rollingOffset, 0), V4_MOST_24_BITS)
  const header = { ...cookie.header, idlingOffset }
  return v4CookieOf(format, await keyMaterialOf(format, cookie), header, cookie.payload, facts)
}

async function open(
  { mostBytes }: V4Format,
  header: V4Header,
  payload: string,
  { key, iv }: V4EncryptionKey,
): Promise<Decoded<readonly V4Entry[]>> {
  if (payload.length !== header.dataSize) return refused('malformed')
  const data = base64url.decode(payload)
  if (!data) return refused('malformed')
  const aad = writeV4Header(header).subarray(0, V4_SEALED_LENGTH)
  const plain = await platform.decryptGcm(256, key, iv, { data, tag: header.tag }, aad)
  if (!plain) return refused('tampered')
  const isDeflated = hasFlag(header.flags, V4_FLAGS.deflate)
  const json = isDeflated ? await platform.rawDeflate.expand(plain, mostBytes) : plain
  const text = json && json.length <= mostBytes ? fromUtf8(json) : undefined
  const entries = text === undefined ? undefined : readV4Payload(text)
  return entries ? decoded(entries) : refused('malformed')
}

const keyMaterialOf = ({ keySources }: V4Format, { secretIndex }: V4Cookie): Promise<V4KeyMaterial> =>
  (keySources[secretIndex] ?? keySources[0])()

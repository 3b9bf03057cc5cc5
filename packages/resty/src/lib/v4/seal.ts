import type { Bytes, ClientFacts, Seconds } from '@sojourn/core'
import { platform } from '#crypto'
import { base64url, concat, toUtf8 } from '../shared/encoding.ts'
import { type V4Entry, v4Payload } from './entries.ts'
import { V4_FLAGS } from './flags.ts'
import type { V4Format } from './format.ts'
import { V4_MOST_24_BITS, V4_SEALED_LENGTH, type V4Header, writeV4Header } from './header.ts'
import { type V4EncryptionKey, v4EncryptionKey, v4RememberKey } from './keys.ts'
import { requireBoundFacts, v4Mac } from './mac.ts'
import type { V4KeyMaterial } from './secrets.ts'

export interface V4Content {
  /** 32 random bytes, drawn for this one save: the key and the nonce are made of it. */
  readonly id: Bytes
  readonly began: Seconds
  /** The time of this save. */
  readonly now: Seconds
  readonly entries: readonly V4Entry[]
  /** The user has asked not to be remembered. */
  readonly forget?: boolean
}

export interface V4Sealed {
  readonly header: V4Header
  /** The value of the cookie, before it is cut into chunks. */
  readonly cookie: string
  /** The encrypted payload as base64url: the end of the cookie or, with a server storage, what is stored. */
  readonly payload: string
}

const NO_TAG: Bytes = new Uint8Array(16)

/** Under the first secret. `undefined`: more than the format has room for, or more than `mostBytes`. */
export async function sealV4(format: V4Format, content: V4Content, facts: ClientFacts): Promise<V4Sealed | undefined> {
  requireBoundFacts(format, facts)
  const material = await format.keySources[0]()
  return seal(format, content, facts, material, await v4EncryptionKey(material, content.id))
}

/** The same for a remember cookie. */
export async function sealV4Remember(
  format: V4Format,
  content: V4Content,
  facts: ClientFacts,
): Promise<V4Sealed | undefined> {
  requireBoundFacts(format, facts)
  const material = await format.keySources[0]()
  const key = await v4RememberKey(material, content.id, format.rememberSafety)
  return seal(format, content, facts, material, key)
}

/** A cookie: a header, its MAC and, without a server storage, the payload. */
export async function v4CookieOf(
  format: V4Format,
  keyMaterial: V4KeyMaterial,
  header: V4Header,
  payload: string,
  facts: ClientFacts,
): Promise<string> {
  const bytes = writeV4Header(header)
  const text = base64url.encode(concat(bytes, await v4Mac(keyMaterial, header, bytes, facts)))
  return format.usesStorage ? text : text + payload
}

async function seal(
  format: V4Format,
  { id, began, now, entries, forget }: V4Content,
  facts: ClientFacts,
  material: V4KeyMaterial,
  { key, iv }: V4EncryptionKey,
): Promise<V4Sealed | undefined> {
  const plain = toUtf8(v4Payload(entries))
  if (plain.length > format.mostBytes) return undefined
  const { bytes, flag } = await compressed(plain, format.compressionThreshold)
  const dataSize = Math.ceil((bytes.length * 4) / 3)
  if (dataSize > V4_MOST_24_BITS) return undefined
  const start = {
    flags: format.flags | flag | (forget ? V4_FLAGS.forget : 0),
    id,
    began,
    rollingOffset: Math.max(now - began, 0),
    dataSize,
    tag: NO_TAG,
    idlingOffset: 0,
  }
  const aad = writeV4Header(start).subarray(0, V4_SEALED_LENGTH)
  const { data, tag = NO_TAG } = await platform.encrypt({ size: 256, mode: 'gcm' }, key, iv, bytes, aad)
  const header = { ...start, tag }
  const payload = base64url.encode(data)
  return { header, payload, cookie: await v4CookieOf(format, material, header, payload, facts) }
}

async function compressed(plain: Bytes, threshold: number): Promise<{ bytes: Bytes; flag: number }> {
  if (threshold > 0 && plain.length > threshold) {
    const bytes = await platform.rawDeflate.compress(plain)
    if (bytes.length < plain.length) return { bytes, flag: V4_FLAGS.deflate }
  }
  return { bytes: plain, flag: 0 }
}

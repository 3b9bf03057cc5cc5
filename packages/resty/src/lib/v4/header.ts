import type { Bytes, Seconds } from '@sojourn/core'
import { base64url } from '../shared/encoding.ts'

/** What the 82 bytes say that begin every cookie, but for their MAC. */
export interface V4Header {
  /** See `V4_FLAGS`. */
  readonly flags: number
  /** 32 random bytes, new with every save. */
  readonly id: Bytes
  /** When the session was created. A save keeps it. */
  readonly began: Seconds
  /** From the creation to the last save. */
  readonly rollingOffset: Seconds
  /** The length of the encrypted payload in its base64url form. */
  readonly dataSize: number
  /** Of AES-GCM, 16 bytes. */
  readonly tag: Bytes
  /** From the last save to the last touch. */
  readonly idlingOffset: Seconds
}

export const V4_ID_LENGTH = 32
export const V4_MAC_LENGTH = 16
/** The length of a header in a cookie. */
export const V4_HEADER_TEXT_LENGTH = 110
/** The largest number that the size of a payload and the idling offset have room for. */
export const V4_MOST_24_BITS = 0xff_ffff

/** What the MAC covers: everything before it. */
export const V4_AUTHENTICATED_LENGTH = 66
/** What AES-GCM covers: everything before its tag. A touch changes none of it, so it leaves the payload alone. */
export const V4_SEALED_LENGTH = 47

const HEADER_LENGTH = V4_AUTHENTICATED_LENGTH + V4_MAC_LENGTH
const TYPE = 1

/** The first 66 bytes of a header. */
export function writeV4Header(header: V4Header): Bytes {
  const bytes = new Uint8Array(V4_AUTHENTICATED_LENGTH)
  bytes[0] = TYPE
  writeNumber(bytes, 1, 2, header.flags)
  bytes.set(header.id, 3)
  writeNumber(bytes, 35, 5, header.began)
  writeNumber(bytes, 40, 4, header.rollingOffset)
  writeNumber(bytes, 44, 3, header.dataSize)
  bytes.set(header.tag, 47)
  writeNumber(bytes, 63, 3, header.idlingOffset)
  return bytes
}

/** What the first 110 characters of a cookie say: nothing of it is verified. `bytes` are those that the MAC covers. */
export function readV4Header(cookie: string): { header: V4Header; bytes: Bytes; mac: Bytes } | undefined {
  const whole = base64url.decode(cookie.slice(0, V4_HEADER_TEXT_LENGTH))
  if (whole?.length !== HEADER_LENGTH || whole[0] !== TYPE) return undefined
  return {
    header: {
      flags: readNumber(whole, 1, 2),
      id: whole.subarray(3, 35),
      began: readNumber(whole, 35, 5),
      rollingOffset: readNumber(whole, 40, 4),
      dataSize: readNumber(whole, 44, 3),
      tag: whole.subarray(47, 63),
      idlingOffset: readNumber(whole, 63, 3),
    },
    bytes: whole.subarray(0, V4_AUTHENTICATED_LENGTH),
    mac: whole.subarray(V4_AUTHENTICATED_LENGTH),
  }
}

/** Little-endian. */
function writeNumber(bytes: Bytes, at: number, width: number, value: number): void {
  let rest = value
  for (let next = at; next < at + width; next++) {
    bytes[next] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

function readNumber(bytes: Bytes, at: number, width: number): number {
  let value = 0
  for (let next = at + width - 1; next >= at; next--) value = value * 256 + (bytes[next] ?? 0)
  return value
}

import { platform } from '#crypto'
import type { Encoder } from '../contracts/parts.ts'

/** RFC 4648 section 5, without padding: what is in use where no encoder is chosen. */
export const base64url: Encoder = {
  name: 'base64url',
  encode: platform.toBase64url,
  decode: (text) => (/^[\w-]*$/.test(text) ? platform.fromBase64url(text) : undefined),
}

/** Lower-case hexadecimal: half as long again as base64url. */
export const hex: Encoder = {
  name: 'hex',
  encode: (bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join(''),
  decode(text) {
    const pairs = text.match(/[\da-f]{2}/g) ?? []
    return pairs.length * 2 === text.length ? Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) : undefined
  },
}

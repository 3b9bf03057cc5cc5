import { platform } from '#crypto'
import type { Encoder } from '../contracts/parts.ts'

/** RFC 4648 section 5, without padding: what is in use where no encoder is chosen. */
export const base64url: Encoder = {
  name: 'base64url',
  encode: platform.toBase64url,
  decode: (text) => (/^[\w-]*$/.test(text) ? platform.fromBase64url(text) : undefined),
}

const DIGITS = '0123456789abcdef'
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))
/** What a character stands for, by its code; 16 for one that is no digit. */
const VALUES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = DIGITS.indexOf(String.fromCharCode(code))
  return value < 0 ? 16 : value
})

/** Lower-case hexadecimal: half as long again as base64url. */
export const hex: Encoder = {
  name: 'hex',
  encode(bytes) {
    let text = ''
    for (const octet of bytes) text += PAIRS[octet] ?? ''
    return text
  },
  decode(text) {
    if (text.length % 2 > 0) return undefined
    const bytes = new Uint8Array(text.length / 2)
    for (const at of bytes.keys()) {
      const high = VALUES[text.charCodeAt(2 * at)] ?? 16
      const low = VALUES[text.charCodeAt(2 * at + 1)] ?? 16
      if ((high | low) > 15) return undefined
      bytes[at] = high * 16 + low
    }
    return bytes
  },
}

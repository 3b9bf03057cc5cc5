import type { Bytes } from '../contracts/store.ts'

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const VALUES = new Uint8Array(128)
ALPHABET.forEach((code, value) => {
  VALUES[code] = value
})
const decoder = new TextDecoder()

/** RFC 4648 section 5 without padding, by table: three octets become four characters. */
export function toBase64url(bytes: Bytes): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  // Beyond the end an octet reads as 0 and a code is not written.
  for (let from = 0, to = 0; to < codes.length; from += 3, to += 4) {
    const bits = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
    codes[to] = ALPHABET[bits >> 18] ?? 0
    codes[to + 1] = ALPHABET[(bits >> 12) & 63] ?? 0
    codes[to + 2] = ALPHABET[(bits >> 6) & 63] ?? 0
    codes[to + 3] = ALPHABET[bits & 63] ?? 0
  }
  return decoder.decode(codes)
}

/** Lenient: a character outside the alphabet counts as `A`, left-over bits are dropped. */
export function fromBase64url(text: string): Bytes {
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let bits = 0
  let held = 0
  let to = 0
  for (let from = 0; from < text.length; from++) {
    bits = (bits << 6) | (VALUES[text.charCodeAt(from)] ?? 0)
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[to++] = bits >> held
    }
  }
  return bytes
}

import type { Bytes } from '@sojourn/core'
import { platform } from '#crypto'

const { text } = platform

/** A text form of bytes. `decode` accepts what `encode` writes and nothing else: one text for one value. */
export interface Encoding {
  encode(bytes: Bytes): string
  decode(text: string): Bytes | undefined
}

const encoding = (encode: (bytes: Bytes) => string, fromText: (text: string) => Bytes): Encoding => ({
  encode,
  decode(value) {
    const bytes = fromText(value)
    return encode(bytes) === value ? bytes : undefined
  },
})

/** RFC 4648 section 5, without padding. */
export const base64url: Encoding = encoding(text.toBase64url, text.fromBase64url)

/** RFC 4648 section 8, in lower case. */
export const hex: Encoding = encoding(text.toHex, text.fromHex)

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const toUtf8 = (value: string): Bytes => text.toUtf8(value)

/** The text of these octets, or `undefined` when they are not UTF-8. */
export function fromUtf8(bytes: Bytes): string | undefined {
  try {
    return utf8Decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The octets of a header value, which JavaScript hands over as one character an octet; other text as UTF-8. */
export const toOctets = (value: string): Bytes => (/[^\0-\xff]/.test(value) ? text.toUtf8(value) : text.toLatin1(value))

export const concat = (...parts: readonly Bytes[]): Bytes => text.concat(parts)

import type { Bytes } from '@sojourn/core'

/** A text form of bytes. `decode` accepts what `encode` writes and nothing else: one text for one value. */
export interface Encoding {
  encode(bytes: Bytes): string
  decode(text: string): Bytes | undefined
}

function encoding(name: 'base64url' | 'hex'): Encoding {
  const encode = (bytes: Bytes): string => view(bytes).toString(name)
  return {
    encode,
    decode(text) {
      const bytes = Buffer.from(text, name)
      return encode(bytes) === text ? bytes : undefined
    },
  }
}

/** RFC 4648 section 5, without padding. */
export const base64url: Encoding = encoding('base64url')

/** RFC 4648 section 8, in lower case. */
export const hex: Encoding = encoding('hex')

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const toUtf8 = (text: string): Bytes => Buffer.from(text)

/** The text of these octets, or `undefined` when they are not UTF-8. */
export function fromUtf8(bytes: Bytes): string | undefined {
  try {
    return utf8Decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The octets of a header value, which JavaScript hands over as one character an octet; other text as UTF-8. */
export const toOctets = (text: string): Bytes => Buffer.from(text, /[^\0-\xff]/.test(text) ? 'utf8' : 'latin1')

export const concat = (...parts: readonly Bytes[]): Bytes => Buffer.concat(parts)

const view = (bytes: Bytes): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

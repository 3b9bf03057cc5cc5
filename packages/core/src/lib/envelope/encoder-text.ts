import type { Encoder } from '../contracts/parts.ts'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { isBytes } from './expect-bytes.ts'
import { MAX_TEXT, type SealedText, type Sealing } from './sealing.ts'

/** What needs no escape in a cookie, without the point that follows the number of chunks. */
const WRITABLE = /^[\w~-]+$/

/** The text of any encoder. It is decoded as a whole before anybody knows whether a key fits: a head means nothing here. */
export function encoderText(encoder: Encoder, fits: Sealing['fits']): SealedText {
  const read = (text: string): Bytes | undefined => {
    try {
      const bytes: unknown = encoder.decode(text)
      return isBytes(bytes) ? bytes : undefined
    } catch {
      return undefined
    }
  }
  return {
    head(text) {
      const bytes = text.length <= MAX_TEXT && WRITABLE.test(text) ? read(text) : undefined
      return bytes && fits(bytes.length) ? bytes : undefined
    },
    read: (text) => read(text) ?? new Uint8Array(),
    write(bytes) {
      const text = encoder.encode(bytes)
      if (typeof text === 'string' && WRITABLE.test(text)) return text
      throw new SessionConfigError(
        `The encoder ${encoder.name} wrote what a cookie cannot hold: only letters, digits, -, _ and ~ are safe.`,
      )
    },
  }
}

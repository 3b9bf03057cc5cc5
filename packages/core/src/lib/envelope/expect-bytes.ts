import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'

/** Also of another realm, as in a test environment. */
export const isBytes = (value: unknown): value is Bytes => ArrayBuffer.isView(value) && 'length' in value

/**
 * What a part gave, if it is what it promised: bytes, and where it is given of this `length`.
 * @throws SessionConfigError naming the part: such a seal could never be opened, or everybody would be signed out
 */
export function expectBytes(part: string, value: unknown, length?: number): Bytes {
  if (!isBytes(value)) throw new SessionConfigError(`The ${part} gave what is no Uint8Array.`)
  if (length === undefined || value.length === length) return value
  throw new SessionConfigError(`The ${part} gave ${value.length} bytes instead of ${length}.`)
}

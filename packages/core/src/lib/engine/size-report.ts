import { SessionTooLargeError } from '../errors.ts'
import type { DataFormat, PlainObject } from './data.ts'

/** The error for a session that does not fit its cookies, with what each top-level key takes, largest first. */
export function tooLarge(data: PlainObject, format: DataFormat, size: number, limit: number): SessionTooLargeError {
  const bytes = Object.entries(data)
    .map(([key, value]): [string, number] => [key, format.sizeOf(key, value)])
    .sort(([, a], [, b]) => b - a)
  const largest = bytes.slice(0, 3).map(([key, length]) => `\`${key}\` ${length} bytes`)
  return new SessionTooLargeError(
    `The session takes ${size} octets of cookies and at most ${limit} are allowed: ${largest.join(', ')}. Store less, or give \`store\` to keep sessions on a server.`,
    Object.fromEntries(bytes),
  )
}

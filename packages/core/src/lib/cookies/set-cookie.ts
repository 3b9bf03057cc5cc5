import type { CookieAttributes } from '../contracts/request.ts'

const capitalized = { lax: 'Lax', strict: 'Strict', none: 'None', low: 'Low', medium: 'Medium', high: 'High' } as const

/** One Set-Cookie line. Names, values and attributes were checked at construction; nothing is encoded here. */
export function setCookieLine(name: string, value: string, attributes: CookieAttributes): string {
  let line = `${name}=${value}`
  if (attributes.maxAge !== undefined) line += `; Max-Age=${attributes.maxAge}`
  if (attributes.domain) line += `; Domain=${attributes.domain}`
  if (attributes.path) line += `; Path=${attributes.path}`
  if (attributes.httpOnly) line += '; HttpOnly'
  if (attributes.secure) line += '; Secure'
  if (attributes.sameSite) line += `; SameSite=${capitalized[attributes.sameSite]}`
  if (attributes.partitioned) line += '; Partitioned'
  if (attributes.priority) line += `; Priority=${capitalized[attributes.priority]}`
  return line
}

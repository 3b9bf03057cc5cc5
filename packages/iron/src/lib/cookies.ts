import {
  type Candidate,
  candidatesFor,
  type Jar,
  type PersistenceContext,
  presentValues,
  type ReadJar,
} from '@sojourn/core/persistence'
import { hasEnd } from './seal.ts'

/** iron-session 9 reads and writes no more. */
export const MOST_COOKIES = 4
/** The most octets of name and value that a browser stores in one cookie (RFC 6265bis section 5.7). */
const MOST_OCTETS = 4096

const chunkNames = (base: string): readonly string[] => [0, 1, 2, 3].map((index) => `${base}.${index}`)

/** The cookie itself, or `base.0` … `base.3`. */
export const cookieNames = (base: string): readonly string[] => [base, ...chunkNames(base)]

/** The whole values of the session's cookies: like iron-session, its parts only where there is no whole one. */
export function sealsIn(jar: ReadJar, base: string): readonly Candidate[] {
  const whole = candidatesFor(jar, base)
  return whole.length > 0 ? whole : joined(jar, base)
}

function joined(jar: ReadJar, base: string): readonly Candidate[] {
  let value = ''
  for (const name of chunkNames(base)) {
    const [chunk, ...others] = presentValues(jar, name)
    if (chunk === undefined) break
    if (others.length > 0) return [{ refusal: 'ambiguous' }]
    value += chunk
  }
  if (value === '') return []
  return [hasEnd(value) ? { value } : { refusal: 'incomplete' }]
}

/** Name and value of each cookie that a seal takes. */
export function split(base: string, seal: string): ReadonlyMap<string, string> {
  if (base.length + seal.length <= MOST_OCTETS) return new Map([[base, seal]])
  const room = MOST_OCTETS - base.length - '.0'.length
  const chunks = new Map<string, string>()
  for (let at = 0; at < seal.length; at += room) chunks.set(`${base}.${chunks.size}`, seal.slice(at, at + room))
  return chunks
}

/** What too large means; `undefined` where the cookies fit. */
export function oversize(
  { maxCookies, maxBytes }: Pick<PersistenceContext, 'maxCookies' | 'maxBytes'>,
  cookies: ReadonlyMap<string, string>,
): { readonly size: number; readonly limit: number } | undefined {
  const size = [...cookies].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const limit = Math.min(maxBytes, maxCookies * MOST_OCTETS)
  return size > limit || cookies.size > maxCookies ? { size, limit } : undefined
}

/**
 * Expires the session's cookies that the request carries, but for those that stay. A whole one would hide the parts, so
 * beside them it is expired also where only the response to another request has set it.
 */
export function expireOthers(
  jar: Jar,
  { name: base, attributes }: Pick<PersistenceContext, 'name' | 'attributes'>,
  staying: ReadonlyMap<string, string>,
): void {
  for (const name of cookieNames(base)) {
    if (staying.has(name)) continue
    const mayHide = name === base && staying.size > 0
    if (mayHide || presentValues(jar, name).length > 0) jar.set(name, '', { ...attributes, maxAge: 0 })
  }
}

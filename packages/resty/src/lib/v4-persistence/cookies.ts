import type { CookieAttributes, Jar, PersistenceContext, ReadJar } from '@sojourn/core/persistence'
import { type Decoded, decoded, refused } from '../shared/decoded.ts'
import { joinV4, splitV4, v4ChunkName, v4ChunksFrom } from '../v4/chunks.ts'

/** A request with more different values under one name is not worth the work of verifying them all. */
const MOST_CANDIDATES = 4

/** Every whole value that the request's cookies give for a name: several where cookies were planted beside. */
export function presentedCookies(jar: ReadJar, name: string, usesStorage: boolean): readonly Decoded<string>[] {
  const firsts = presentIn(jar, name)
  if (firsts.length > MOST_CANDIDATES) return [refused('ambiguous')]
  return firsts.map((first) => (usesStorage ? decoded(first) : join(jar, name, first)))
}

/** The value that starts with this cookie. Of a further cookie there must be one value. */
function join(jar: ReadJar, name: string, first: string): Decoded<string> {
  let isAmbiguous = false
  const whole = joinV4(name, first, (further) => {
    const [value, ...others] = presentIn(jar, further)
    if (others.length > 0) isAmbiguous = true
    return value
  })
  return isAmbiguous ? refused('ambiguous') : whole
}

/** The different values under a name; an empty one is what a deletion leaves behind. */
const presentIn = (jar: ReadJar, name: string): readonly string[] =>
  [...new Set(jar.get(name))].filter((value) => value !== '')

/** The cookies that a value is cut into, or how much too large it is. */
export type Chunked =
  | { readonly ok: true; readonly chunks: readonly string[] }
  | { readonly ok: false; readonly why: 'too-large'; readonly size: number; readonly limit: number }

export function chunked(
  name: string,
  value: string,
  { maxCookies, maxBytes }: Pick<PersistenceContext, 'maxCookies' | 'maxBytes'>,
): Chunked {
  const chunks = splitV4(name, value)
  const size = chunks?.reduce((sum, chunk, at) => sum + v4ChunkName(name, at + 1).length + chunk.length, 0)
  const limit = Math.min(maxBytes, maxCookies * 4096)
  if (chunks && size !== undefined && size <= limit && chunks.length <= maxCookies) return { ok: true, chunks }
  return { ok: false, why: 'too-large', size: size ?? name.length + value.length, limit }
}

/** Sets the cookies, and expires those that a larger value has in this browser. */
export function setChunks(jar: Jar, name: string, chunks: readonly string[], attributes: CookieAttributes): void {
  const last = lastPresent(jar, name)
  chunks.forEach((chunk, at) => jar.set(v4ChunkName(name, at + 1), chunk, attributes))
  expire(jar, name, attributes, chunks.length + 1, last)
}

/** Expires what this request carries. */
export const expireChunks = (jar: Jar, name: string, attributes: CookieAttributes): void =>
  expire(jar, name, attributes, 1, lastPresent(jar, name))

const lastPresent = (jar: Jar, name: string): number =>
  Math.max(1, ...presentIn(jar, name).map((first) => v4ChunksFrom(name, first)))

function expire(jar: Jar, name: string, attributes: CookieAttributes, first: number, last: number): void {
  for (let nth = first; nth <= last; nth++) {
    const cookie = v4ChunkName(name, nth)
    if (jar.get(cookie).length > 0) jar.set(cookie, '', { ...attributes, maxAge: 0 })
  }
}

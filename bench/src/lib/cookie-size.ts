import type { Peer } from './peer.ts'
import { sessionData } from './session-data.ts'

/** The most octets of name and value that a browser keeps in one cookie (RFC 6265bis section 5.7). */
const MOST_OCTETS = 4096
/** Below this there is no such data, above it no peer has a single cookie. */
const LEAST_JSON = 200
const MOST_JSON = 4096

export interface CookieSize {
  /** The values of all cookies of the session together. */
  readonly characters: number
  readonly cookies: number
  /** Name and value of the largest of them. */
  readonly largest: number
}

/** What a browser would have to keep for this much JSON; `undefined` when the peer itself refuses. */
export async function cookieSize(peer: Peer, bytes: number): Promise<CookieSize | undefined> {
  let lines: readonly string[]
  try {
    lines = await peer.create(sessionData(bytes))
  } catch {
    return undefined
  }
  const pairs = lines.map((line) => line.slice(0, line.indexOf(';')))
  const values = pairs.map((pair) => pair.length - pair.indexOf('=') - 1)
  return {
    characters: values.reduce((sum, length) => sum + length, 0),
    cookies: pairs.length,
    largest: Math.max(...pairs.map((pair) => pair.length - 1)),
  }
}

export const fitsOneCookie = (size: CookieSize | undefined): boolean =>
  size !== undefined && size.cookies === 1 && size.largest <= MOST_OCTETS

/** The most bytes of JSON that one cookie holds, found by halving. */
export async function largestInOneCookie(peer: Peer): Promise<number> {
  let fits = LEAST_JSON
  let tooMuch = MOST_JSON
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2)
    if (fitsOneCookie(await cookieSize(peer, middle))) fits = middle
    else tooMuch = middle
  }
  return fits
}

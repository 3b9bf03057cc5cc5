import type { ReadJar } from '../contracts/request.ts'
import type { Refusal } from '../contracts/state.ts'

/** The most octets of name and value that a browser stores in one cookie (RFC 6265bis section 5.7). */
const MAX_COOKIE_OCTETS = 4096
/** A chunked session's first value starts with the number of its cookies and a point: one digit. */
export const MOST_CHUNKS = 9
/** A request with more different values under one name is not worth the work of opening them all. */
const MOST_CANDIDATES = 4

export const chunkName = (base: string, index: number): string => (index === 1 ? base : `${base}.${index}`)

/** Whether this cookie belongs to the session called `base`: itself or `base.2` … `base.9`, never `base2`. */
export function isChunkOf(base: string, name: string): boolean {
  return name === base || (name.length === base.length + 2 && name.startsWith(`${base}.`) && /[2-9]$/.test(name))
}

/** The values to store under `base`, `base.2` …: one as it is, several with their number in front. */
export function splitIntoChunks(base: string, value: string): readonly string[] {
  if (base.length + value.length <= MAX_COOKIE_OCTETS) return [value]
  // Two octets go to `3.` in front of the first value, and to `.2` at the end of a further name.
  const room = MAX_COOKIE_OCTETS - base.length - 2
  const chunks: string[] = []
  for (let at = 0; at < value.length; at += room) chunks.push(value.slice(at, at + room))
  return chunks.map((chunk, index) => (index === 0 ? `${chunks.length}.${chunk}` : chunk))
}

export type Candidate = { readonly value: string } | { readonly refusal: Refusal }

/** Every whole value that the request's cookies give for `base`; empty when it carries none. */
export function joinChunks(jar: ReadJar, base: string, maxCookies: number): readonly Candidate[] {
  return candidatesFor(jar, base).map((candidate) =>
    'value' in candidate && candidate.value.charAt(1) === '.'
      ? join(jar, base, candidate.value, maxCookies)
      : candidate,
  )
}

/** Every different value that the request's cookies give for `name`, as it is. */
export function candidatesFor(jar: ReadJar, name: string): readonly Candidate[] {
  const values = presentValues(jar, name)
  return values.length > MOST_CANDIDATES ? [{ refusal: 'ambiguous' }] : values.map((value) => ({ value }))
}

function join(jar: ReadJar, base: string, first: string, maxCookies: number): Candidate {
  const count = '23456789'.indexOf(first.charAt(0)) + 2
  if (count < 2 || count > maxCookies) return { refusal: 'malformed' }
  const received = [first]
  for (let index = 2; index <= count; index++) {
    const chunks = presentValues(jar, chunkName(base, index))
    const chunk = chunks[0]
    if (chunk === undefined) return { refusal: 'incomplete' }
    if (chunks.length > 1) return { refusal: 'ambiguous' }
    received.push(chunk)
  }
  const value = received.join('').slice(2)
  // One text for one value: the same octets cut elsewhere are not what was set.
  const issued = splitIntoChunks(base, value)
  return issued.length === count && issued.every((chunk, at) => chunk === received[at])
    ? { value }
    : { refusal: 'malformed' }
}

/** The different non-empty values under a name: an empty one is what a deletion leaves behind. */
export function presentValues(jar: ReadJar, name: string): readonly string[] {
  const values = jar.get(name)
  if (values.length < 2) return values[0] === '' ? [] : values
  return [...new Set(values)].filter((value) => value !== '')
}

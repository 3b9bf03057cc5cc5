import { type Decoded, decoded, refused } from '../shared/decoded.ts'
import { hasFlag, V4_FLAGS } from './flags.ts'
import { readV4Header, V4_HEADER_TEXT_LENGTH } from './header.ts'

const MOST_COOKIES = 9
/** Of one cookie, its name and `=` included. */
const COOKIE_LENGTH = 4096

/** `session`, `session2` … `session9`. */
export const v4ChunkName = (base: string, nth: number): string => (nth === 1 ? base : `${base}${nth}`)

/** Whether this cookie belongs to the session called `base`. */
export const isV4Chunk = (base: string, name: string): boolean =>
  name === base || (name.length === base.length + 1 && name.startsWith(base) && /[2-9]$/.test(name))

/** How many cookies a value of this length takes; `undefined` when even nine are too few. */
export function countV4Chunks(base: string, length: number): number | undefined {
  let needed = base.length + 1 + length
  for (let count = 1; count <= MOST_COOKIES; count++) {
    if (count > 1) needed += base.length + 2
    if (needed <= COOKIE_LENGTH * count) return count
  }
  return undefined
}

/**
 * How many cookies a value takes that begins with this one, by what it says: a further one with the name of a chunk may
 * be somebody else's. All nine where it says nothing.
 */
export function v4ChunksFrom(base: string, first: string): number {
  const header = readV4Header(first)?.header
  if (!header) return MOST_COOKIES
  if (hasFlag(header.flags, V4_FLAGS.storage)) return 1
  return countV4Chunks(base, V4_HEADER_TEXT_LENGTH + header.dataSize) ?? MOST_COOKIES
}

/** The values to set under `v4ChunkName(base, 1)` and so on; `undefined` when even nine cookies are too few. */
export function splitV4(base: string, value: string): readonly string[] | undefined {
  const count = countV4Chunks(base, value.length)
  if (!count) return undefined
  const chunks: string[] = []
  let from = 0
  for (let nth = 1; nth <= count; nth++) {
    const end = from + roomOf(base, nth)
    chunks.push(value.slice(from, end))
    from = end
  }
  return chunks
}

/**
 * The whole value where the payload is in the cookies, of which `first` is the one called `base`. `incomplete`: one is missing;
 * `malformed`: the pieces are not as long as `splitV4` makes them. Further cookies than the header asks for are ignored.
 */
export function joinV4(base: string, first: string, lookUp: (name: string) => string | undefined): Decoded<string> {
  const found = readV4Header(first)
  if (!found) return refused('malformed')
  const length = V4_HEADER_TEXT_LENGTH + found.header.dataSize
  const count = countV4Chunks(base, length)
  if (!count) return refused('malformed')
  let value = first
  for (let nth = 2; nth <= count; nth++) {
    const chunk = lookUp(v4ChunkName(base, nth))
    if (chunk === undefined) return refused('incomplete')
    if (value.length !== lengthBefore(base, nth)) return refused('malformed')
    value += chunk
  }
  return value.length === length ? decoded(value) : refused('malformed')
}

const roomOf = (base: string, nth: number): number => COOKIE_LENGTH - v4ChunkName(base, nth).length - 1

/** What the full cookies before the nth one hold. */
function lengthBefore(base: string, nth: number): number {
  let length = 0
  for (let earlier = 1; earlier < nth; earlier++) length += roomOf(base, earlier)
  return length
}

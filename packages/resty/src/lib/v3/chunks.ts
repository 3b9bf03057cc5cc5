import { type Decoded, decoded, refused } from '../shared/decoded.ts'

/** lua-resty-session 3.x knows no limit. This is more than any browser sends and any server takes. */
export const MOST_COOKIES = 9
/** At the end of every chunk but the last: there is more. */
const MORE = '0'

/** `session`, `session_2`, `session_3` … */
export const v3ChunkName = (base: string, nth: number): string => (nth === 1 ? base : `${base}_${nth}`)

/** Whether this cookie belongs to the session called `base`. */
export const isV3Chunk = (base: string, name: string): boolean =>
  name === base || (name.startsWith(`${base}_`) && /^(?:[2-9]|[1-9]\d+)$/.test(name.slice(base.length + 1)))

/** The values to set under `v3ChunkName(base, 1)` and so on; `undefined` when it would take more than nine. */
export function splitV3(value: string, maxSize: number): readonly string[] | undefined {
  const count = Math.max(Math.ceil(value.length / maxSize), 1)
  if (count > MOST_COOKIES) return undefined
  return Array.from({ length: count }, (_, at) => {
    const piece = value.slice(at * maxSize, (at + 1) * maxSize)
    return at < count - 1 ? piece + MORE : piece
  })
}

/**
 * The whole value, of which `first` is the cookie called `base`. `incomplete`: a chunk says that there is another, and
 * there is none; `malformed`: the chunks are not as long as `splitV3` makes them.
 */
export function joinV3(
  base: string,
  first: string,
  maxSize: number,
  lookUp: (name: string) => string | undefined,
): Decoded<string> {
  let value = ''
  let chunk: string | undefined = first
  for (let nth = 1; chunk !== undefined; nth++) {
    if (chunk.length === 0 || chunk.length > maxSize + 1 || nth > MOST_COOKIES) return refused('malformed')
    if (chunk.length <= maxSize) return decoded(value + chunk)
    if (!chunk.endsWith(MORE)) return refused('malformed')
    value += chunk.slice(0, maxSize)
    chunk = lookUp(v3ChunkName(base, nth + 1))
  }
  return refused('incomplete')
}

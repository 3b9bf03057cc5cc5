import {
  type Call,
  type Candidate,
  candidatesFor,
  type Jar,
  type PersistenceContext,
  presentValues,
  type ReadJar,
  settableJar,
} from '@sojourn/core/persistence'
import { joinV3, MOST_COOKIES, v3ChunkName } from '../v3/chunks.ts'

/** What is known of the session's cookies. */
export type V3Cookies = Pick<PersistenceContext, 'name' | 'attributes' | 'persistent'>

/** Every whole value that the request's cookies give. */
export const v3Candidates = (jar: ReadJar, name: string, maxSize: number): readonly Candidate[] =>
  candidatesFor(jar, name).map((candidate) =>
    'value' in candidate ? join(jar, name, candidate.value, maxSize) : candidate,
  )

/** The value that starts with this cookie. Of a further cookie there must be one value. */
function join(jar: ReadJar, name: string, first: string, maxSize: number): Candidate {
  let isAmbiguous = false
  const whole = joinV3(name, first, maxSize, (further) => {
    const [value, ...others] = presentValues(jar, further)
    if (others.length > 0) isAmbiguous = true
    return value
  })
  return isAmbiguous ? { refusal: 'ambiguous' } : whole
}

/** Sets the session's cookies, and expires those that an earlier, larger value left in this browser. */
export function setV3Cookies(
  jar: Jar,
  { name, attributes, persistent }: V3Cookies,
  maxSize: number,
  chunks: readonly string[],
  secondsLeft: number,
): void {
  const lasting = persistent ? { ...attributes, maxAge: secondsLeft } : attributes
  const before = countIn(jar, name, maxSize)
  chunks.forEach((chunk, at) => jar.set(v3ChunkName(name, at + 1), chunk, lasting))
  expire(jar, { name, attributes }, chunks.length + 1, before)
}

/** Expires the session's cookies that this request carries, where a cookie can be set. */
export function expireV3Cookies(call: Call, cookies: V3Cookies, maxSize: number): void {
  const jar = settableJar(call)
  if (jar) expire(jar, cookies, 1, countIn(jar, cookies.name, maxSize))
}

/** How many cookies the session takes: what else is called `session_2` may be somebody else's, and stays. */
function countIn(jar: ReadJar, name: string, maxSize: number): number {
  let count = 1
  while (count < MOST_COOKIES && jar.get(v3ChunkName(name, count)).some((value) => value.length > maxSize)) count++
  return count
}

function expire(
  jar: Jar,
  { name, attributes }: Pick<V3Cookies, 'name' | 'attributes'>,
  first: number,
  last: number,
): void {
  for (let nth = first; nth <= last; nth++) {
    const cookie = v3ChunkName(name, nth)
    if (jar.get(cookie).length > 0) jar.set(cookie, '', { ...attributes, maxAge: 0 })
  }
}

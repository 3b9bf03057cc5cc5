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
  chunks: readonly string[],
  secondsLeft: number,
): void {
  const lasting = persistent ? { ...attributes, maxAge: secondsLeft } : attributes
  chunks.forEach((chunk, at) => jar.set(v3ChunkName(name, at + 1), chunk, lasting))
  expireFrom(jar, name, attributes, chunks.length + 1)
}

/** Expires the session's cookies that this request carries, where a cookie can be set. */
export function expireV3Cookies(call: Call, { name, attributes }: V3Cookies): void {
  const jar = settableJar(call)
  if (jar) expireFrom(jar, name, attributes, 1)
}

function expireFrom(jar: Jar, name: string, attributes: V3Cookies['attributes'], first: number): void {
  for (let nth = first; nth <= MOST_COOKIES; nth++) {
    const cookie = v3ChunkName(name, nth)
    if (jar.get(cookie).length > 0) jar.set(cookie, '', { ...attributes, maxAge: 0 })
  }
}

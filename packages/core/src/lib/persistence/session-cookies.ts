import type { Call, OpenResult, PersistenceContext } from '../contracts/persistence.ts'
import type { CookieAttributes, Jar, ReadJar } from '../contracts/request.ts'
import type { Claims } from '../contracts/state.ts'
import type { Seconds } from '../contracts/store.ts'
import { type Candidate, chunkName, joinChunks, MOST_CHUNKS, splitIntoChunks } from '../cookies/chunks.ts'
import { isWritable } from '../cookies/jar.ts'
import type { MaybePromise } from '../crypto/types.ts'
import { remaining } from '../settings/times.ts'

/** What a persistence knows of the session's cookies. */
export type SessionCookies = Pick<
  PersistenceContext,
  'name' | 'attributes' | 'persistent' | 'maxCookies' | 'maxBytes' | 'times'
>

/** The jar, where a cookie that is set now also arrives. */
export function settableJar({ jar, isInsecure }: Call): Jar | undefined {
  if (!isWritable(jar) || isInsecure) return undefined
  try {
    jar.assertSettable?.()
    return jar
  } catch {
    return undefined
  }
}

/** What too large means: `undefined` when the value fits the session's cookies. */
export interface Oversize {
  readonly size: number
  readonly limit: number
}

/** Tries every whole value that the request's cookies give. */
export function openCookies(
  jar: ReadJar,
  cookies: SessionCookies,
  open: (value: string) => MaybePromise<OpenResult>,
): Promise<OpenResult> {
  return openOne(joinChunks(jar, cookies.name, cookies.maxCookies), open)
}

/**
 * Exactly one candidate must open: of two that do, the browser cannot say which one is the user's (cookie tossing), so
 * none counts.
 */
export async function openOne(
  candidates: readonly Candidate[],
  open: (value: string) => MaybePromise<OpenResult>,
): Promise<OpenResult> {
  let found: OpenResult | undefined
  for (const candidate of candidates) {
    const result: OpenResult =
      'value' in candidate ? await open(candidate.value) : { ok: false, refusal: candidate.refusal }
    if (result.ok && found?.ok) return { ok: false, refusal: 'ambiguous' }
    if (result.ok || !found) found = result
  }
  return found ?? { ok: false, refusal: 'missing' }
}

/** Checks whether a value of this length fits, before anything is written anywhere. */
export function oversize(cookies: SessionCookies, value: string): Oversize | undefined {
  const chunks = splitIntoChunks(cookies.name, value)
  const size = chunks.reduce((sum, chunk, index) => sum + chunkName(cookies.name, index + 1).length + chunk.length, 0)
  const limit = Math.min(cookies.maxBytes, cookies.maxCookies * 4096)
  return size > limit || chunks.length > cookies.maxCookies ? { size, limit } : undefined
}

/** Sets the session's cookies and expires the chunks that an earlier, larger value left in this browser. */
export function setCookies(jar: Jar, cookies: SessionCookies, value: string, claims: Claims, now: Seconds): void {
  const lasting = cookies.persistent || claims.remember
  const attributes: CookieAttributes = lasting
    ? { ...cookies.attributes, maxAge: remaining(claims, cookies.times, now) }
    : cookies.attributes
  const chunks = splitIntoChunks(cookies.name, value)
  chunks.forEach((chunk, index) => jar.set(chunkName(cookies.name, index + 1), chunk, attributes))
  expireFrom(jar, cookies, chunks.length + 1)
}

/** Expires the session's cookies that this request carries, with the attributes they were set with. */
export function expireCookies(call: Call, cookies: SessionCookies): void {
  const jar = settableJar(call)
  if (jar) expireFrom(jar, cookies, 1)
}

function expireFrom(jar: Jar, cookies: SessionCookies, first: number): void {
  for (let index = first; index <= MOST_CHUNKS; index++) {
    const name = chunkName(cookies.name, index)
    if (jar.get(name).length > 0) jar.set(name, '', { ...cookies.attributes, maxAge: 0 })
  }
}

import type { Call, OpenResult } from '../contracts/persistence.ts'
import type { CookieAttributes, Jar, ReadJar } from '../contracts/request.ts'
import type { Claims } from '../contracts/state.ts'
import type { Seconds } from '../contracts/store.ts'
import { chunkName, joinChunks, MOST_CHUNKS, splitIntoChunks } from '../cookies/chunks.ts'
import { isWritable } from '../cookies/jar.ts'
import type { MaybePromise } from '../crypto/types.ts'
import type { Settings } from '../settings/settings.ts'
import { remaining } from '../settings/times.ts'

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

/**
 * Tries every whole value that the request's cookies give. Exactly one must open: of two that do, the browser cannot
 * say which one is the user's (cookie tossing), so none counts.
 */
export async function openCookies(
  jar: ReadJar,
  settings: Settings,
  open: (value: string) => MaybePromise<OpenResult>,
): Promise<OpenResult> {
  let found: OpenResult | undefined
  for (const candidate of joinChunks(jar, settings.name, settings.maxCookies)) {
    const result: OpenResult =
      'value' in candidate ? await open(candidate.value) : { ok: false, refusal: candidate.refusal }
    if (result.ok && found?.ok) return { ok: false, refusal: 'ambiguous' }
    if (result.ok || !found) found = result
  }
  return found ?? { ok: false, refusal: 'missing' }
}

/** Checks whether a value of this length fits, before anything is written anywhere. */
export function oversize(settings: Settings, value: string): Oversize | undefined {
  const chunks = splitIntoChunks(settings.name, value)
  const size = chunks.reduce((sum, chunk, index) => sum + chunkName(settings.name, index + 1).length + chunk.length, 0)
  const limit = Math.min(settings.maxBytes, settings.maxCookies * 4096)
  return size > limit || chunks.length > settings.maxCookies ? { size, limit } : undefined
}

/** Sets the session's cookies and expires the chunks that an earlier, larger value left in this browser. */
export function setCookies(jar: Jar, settings: Settings, value: string, claims: Claims, now: Seconds): void {
  const lasting = settings.persistent || claims.remember
  const attributes: CookieAttributes = lasting
    ? { ...settings.attributes, maxAge: remaining(claims, settings.times, now) }
    : settings.attributes
  const chunks = splitIntoChunks(settings.name, value)
  chunks.forEach((chunk, index) => jar.set(chunkName(settings.name, index + 1), chunk, attributes))
  expireFrom(jar, settings, chunks.length + 1)
}

/** Expires the session's cookies that this request carries, with the attributes they were set with. */
export function expireCookies(call: Call, settings: Settings): void {
  const jar = settableJar(call)
  if (jar) expireFrom(jar, settings, 1)
}

function expireFrom(jar: Jar, settings: Settings, first: number): void {
  for (let index = first; index <= MOST_CHUNKS; index++) {
    const name = chunkName(settings.name, index)
    if (jar.get(name).length > 0) jar.set(name, '', { ...settings.attributes, maxAge: 0 })
  }
}

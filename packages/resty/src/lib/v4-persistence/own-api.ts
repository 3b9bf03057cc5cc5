import { type RequestContext, SessionGoneError, SessionReadOnlyError, SessionTooLargeError } from '@sojourn/core'
import { type Call, isLoopback, type Jar, settableJar } from '@sojourn/core/persistence'
import { type V4HeaderProperty, v4Headers } from '../v4/headers.ts'
import { readV4Info } from '../v4/record.ts'
import { v4Remaining } from '../v4/times.ts'
import { changeForLogout } from './change.ts'
import { destroySession, metadataOf } from './end.ts'
import { type Found, findSession } from './found.ts'
import { entryOf, partsOf } from './own-entry.ts'
import type { Setup } from './setup.ts'
import { writeSession } from './write.ts'

/** What one audience has in a session. */
export interface RestyV4Entry {
  readonly audience: string
  /** Who is signed in there. */
  readonly subject: string | undefined
  readonly data: Readonly<Record<string, unknown>>
  /** `session.info` of lua-resty-session. With a store it is neither encrypted nor signed: do not trust it. */
  readonly info: Readonly<Record<string, unknown>>
}

export interface RestyV4Headers {
  /** For an application behind this one. Take all of `V4_HEADER_NAMES` out of what a client sent, first. */
  readonly request: readonly (readonly [name: string, value: string])[]
  /** For the client. */
  readonly response: readonly (readonly [name: string, value: string])[]
}

/**
 * What lua-resty-session 4.x has and sessions here do not. It speaks of the sessions that the object was last given to.
 * A handle that is open meanwhile knows nothing of it.
 */
export interface RestyV4Api {
  /** What all audiences have in the request's session; empty without one. */
  entries(request: RequestContext): Promise<readonly RestyV4Entry[]>
  /**
   * Takes this audience out of the request's session; the last one ends it, like `destroy`. `false`: it has no part in
   * it. What others have goes on, under a new cookie; the old one ends at once.
   * @throws SessionReadOnlyError where cookies cannot be set, SessionGoneError when the session has ended meanwhile
   */
  logout(request: RequestContext<Jar>): Promise<boolean>
  /** `Session-Id`, `Session-Subject` … as `requestHeaders` and `responseHeaders` ask for them; none without a session. */
  headers(request: RequestContext): Promise<RestyV4Headers>
  /**
   * The keys in the store of this audience's sessions of a subject.
   * @throws SessionUnsupportedError without a store and `storeMetadata`
   */
  readMetadata(subject: string): Promise<readonly string[]>
}

export function ownApi(setup: () => Setup): RestyV4Api {
  const nowOf = ({ settings }: Setup): number => Math.floor((settings.now ?? Date.now)() / 1000)

  const callOf = (setup: Setup, { jar, facts = {}, signal }: RequestContext): Call => ({
    jar,
    facts,
    now: nowOf(setup),
    isInsecure: setup.context.attributes.secure === true && facts.scheme === 'http' && !isLoopback(facts.host ?? ''),
    ...(signal && { signal }),
  })

  const foundIn = async (setup: Setup, request: RequestContext): Promise<Found | undefined> => {
    const found = await findSession(setup, callOf(setup, request))
    return found.ok ? found.value : undefined
  }

  return {
    async entries(request) {
      const used = setup()
      const found = await foundIn(used, request)
      return (found?.entries ?? []).map((entry) => {
        const { data, info } = partsOf(entry, used.format.usesStorage)
        const stored = found?.info === undefined ? undefined : readV4Info(found.info, entry.audience)
        return { audience: entry.audience, subject: entry.subject, data, info: stored ?? info }
      })
    },

    async logout(request) {
      const used = setup()
      const call = callOf(used, request)
      if (!settableJar(call)) throw new SessionReadOnlyError('Cookies cannot be set here, and `logout` must set one.')
      const found = await foundIn(used, request)
      if (!found || !entryOf(used.context.audience, found)) return false
      await logOut(used, found, call)
      return true
    },

    async headers(request) {
      const used = setup()
      const found = await foundIn(used, request)
      const tell = (properties: readonly V4HeaderProperty[]) => headersOf(used, found, properties)
      const { request: forApplication, response: forClient } = used.settings.headers
      return { request: tell(forApplication), response: tell(forClient) }
    },

    async readMetadata(subject) {
      const used = setup()
      return metadataOf(used, subject, { now: nowOf(used) })
    },
  }

  function headersOf(
    used: Setup,
    found: Found | undefined,
    properties: readonly V4HeaderProperty[],
  ): RestyV4Headers['request'] {
    const own = found && entryOf(used.context.audience, found)
    const presented = found?.session ?? found?.remember
    if (!own || !presented) return []
    const { header } = presented.cookie
    const { timeouts } = found.session ? used.session : used.remember
    const { audience, subject } = own
    const remaining = v4Remaining(header, timeouts, nowOf(used))
    return v4Headers(properties, { id: header.id, audience, remaining, ...(subject !== undefined && { subject }) })
  }
}

async function logOut(setup: Setup, found: Found, call: Call): Promise<void> {
  const change = changeForLogout(setup, found, call.now)
  if (change.entries.length === 0) {
    await destroySession(setup, { found, earlier: [] }, call)
    return
  }
  const outcome = await writeSession(setup, found, change, call)
  if (outcome.ok) return
  if (outcome.why === 'gone') throw new SessionGoneError('The session has ended while this request held it.')
  throw new SessionTooLargeError(`The session takes ${outcome.size} octets, of at most ${outcome.limit}.`, {})
}

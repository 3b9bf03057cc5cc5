import type { Moment, SubjectSessions } from '../contracts/persistence.ts'
import type { SessionInfo } from '../contracts/sessions.ts'
import type { State } from '../contracts/state.ts'
import { SessionUnsupportedError } from '../errors.ts'
import { deadlinesOf, expiry, isStale } from '../settings/times.ts'
import type { PlainObject } from './data.ts'
import type { EngineParts } from './engine.ts'

/** A subject's sessions that are still good, the last used first. */
export async function listSessions(
  parts: EngineParts,
  subject: string,
  moment: Moment,
): Promise<readonly SessionInfo<PlainObject>[]> {
  const { times } = parts.settings
  const states = await subjectsOf(parts, subject).list(subject, moment)
  const live = states.filter(({ claims }) => expiry(claims, times, moment.now) === undefined)
  const infos = await Promise.all(live.map((state) => infoOf(parts, state, moment)))
  return infos.filter((info) => info !== undefined).sort((a, b) => b.used.getTime() - a.used.getTime())
}

/** Ends a subject's sessions, but for the one that shows as `except`; answers how many. */
export async function revokeSessions(
  parts: EngineParts,
  subject: string,
  except: string | undefined,
  moment: Moment,
): Promise<number> {
  const subjects = subjectsOf(parts, subject)
  return subjects.end(subject, async (id) => except !== undefined && (await parts.fingerprint(id))() === except, moment)
}

/** `undefined` for data that today's schema refuses: its own device would not open it either. */
async function infoOf(
  { settings, shape, fingerprint }: EngineParts,
  state: State,
  { now }: Moment,
): Promise<SessionInfo<PlainObject> | undefined> {
  const { claims } = state
  const shaped = await shape.load(state)
  if (typeof shaped === 'string') return undefined
  return {
    id: (await fingerprint(claims.id))(),
    began: new Date(claims.began * 1000),
    used: new Date(claims.touched * 1000),
    expires: deadlinesOf(claims, settings.times, now),
    remembered: claims.remember && isStale(claims, settings.times, now),
    data: shaped.data,
  }
}

function subjectsOf({ persistence }: EngineParts, subject: string): SubjectSessions {
  if (typeof subject !== 'string' || subject === '')
    throw new TypeError('Whose sessions? Give the subject that was given to signIn, as text.')
  if (persistence.subjects) return persistence.subjects
  if (persistence.traits.signsIn === false)
    throw new SessionUnsupportedError(`A ${persistence.name} session has no place for who is signed in.`)
  throw new SessionUnsupportedError(
    'Which sessions a subject has is known to a store with an index only: memory, shm, Redis or memcached.',
  )
}

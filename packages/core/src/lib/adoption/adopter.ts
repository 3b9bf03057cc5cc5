import type { Adoption } from '../contracts/adoption.ts'
import type { Call, OpenResult, Persistence } from '../contracts/persistence.ts'
import type { Refusal, State } from '../contracts/state.ts'
import type { Seconds, SessionStore } from '../contracts/store.ts'
import { json, type PlainObject } from '../engine/data.ts'
import { SessionConfigError, SessionError, SessionUnavailableError } from '../errors.ts'
import type { NativeContext } from '../persistence/native-context.ts'
import { wrong } from '../settings/checks.ts'
import { optionsOfReader } from '../settings/reader-options.ts'
import { settingsOf } from '../settings/settings.ts'
import { expiry, isStale } from '../settings/times.ts'
import { untilOf } from './until.ts'

/** What is taken over from an old session. */
export interface OldSession extends Pick<State['claims'], 'id' | 'began' | 'subject'> {
  readonly data: PlainObject
}

/** One kind of old cookie, ready to be read. */
export interface Adopter extends Pick<Persistence, 'owns' | 'clear'> {
  readonly format: string
  /** The whole name of the old cookie. */
  readonly name: string
  resembles(value: string): boolean
  /** From this moment on nothing of it is asked. */
  readonly until: Seconds
  /** @throws SessionUnavailableError when the old session's store cannot be asked. */
  read(call: Call): Promise<OldSession | Refusal>
}

/** Store faults within time limits, reported as those of the sessions' own store are. */
export type Guard = (store: SessionStore) => SessionStore

/** A `token` of RFC 9110: other libraries have points in their names. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/

/** @throws SessionConfigError for wrong options, and for a cookie that cannot be told from the sessions' own. */
export function adopterOf(adoption: Adoption, own: Persistence, context: NativeContext, guard: Guard): Adopter {
  const { from, name, until, subject: subjectOf, store, ...options } = adoption
  if (typeof name !== 'string' || !TOKEN.test(name)) throw wrong('name', name, 'the name of a cookie')
  // Where a point would be the number of a chunk, it is none here.
  const settings = settingsOf(optionsOfReader(from, { ...options, store, name: name.replaceAll('.', '-') }))
  const reader = from.create({
    ...settings,
    name,
    store: store && guard(store),
    sealer: context.sealer,
    report: context.report,
  })
  const { owns, clear } = reader
  assertApart(name, settings.attributes, reader, own, context)

  /** `undefined` when the app's own function cannot say. */
  const subjectIn = (data: PlainObject): string | undefined => {
    try {
      const subject: unknown = subjectOf?.(data) ?? ''
      return typeof subject === 'string' ? subject : undefined
    } catch {
      return undefined
    }
  }

  return {
    format: from.name,
    name,
    resembles(value) {
      try {
        return from.resembles(value)
      } catch {
        return false
      }
    },
    owns: (cookieName) => owns(cookieName),
    clear: (call) => clear(call),
    until: untilOf(until),

    async read(call) {
      const result = await opened(reader, call, ({ claims }) => expiry(claims, settings.times, call.now))
      if (!result.ok) return result.refusal
      const { claims, data: text } = result.opened.state
      // It lives on "remember me" alone. Ours would look fresh, which only a sign-in makes it.
      if (isStale(claims, settings.times, call.now)) return 'expired-idle'
      const data = json.decode(text)
      if (!data || !Number.isSafeInteger(claims.began) || claims.began < 0) return 'malformed'
      const subject = claims.subject || subjectIn(data)
      if (subject === undefined) return 'schema'
      return { id: claims.id, began: Math.min(claims.began, call.now), subject, data }
    },
  }
}

async function opened(
  reader: Pick<Persistence, 'open'>,
  call: Call,
  judge: Parameters<Persistence['open']>[1],
): Promise<OpenResult> {
  try {
    return await reader.open(call, judge)
  } catch (error) {
    if (error instanceof SessionError) throw error
    throw new SessionUnavailableError('The old session could not be asked for.', { cause: error })
  }
}

/** A response has one Set-Cookie for each name: where two cookies are meant, one of them would never be deleted. */
function assertApart(
  name: string,
  attributes: NativeContext['attributes'],
  reader: Pick<Persistence, 'owns'>,
  own: Persistence,
  context: NativeContext,
): void {
  if (name !== context.name) {
    const mixed = reader.owns(context.name) ? context.name : own.owns(name) ? name : undefined
    if (mixed === undefined) return
    throw new SessionConfigError(
      `the cookie ${mixed} would belong to the old and to the new sessions. Change \`name\`.`,
    )
  }
  for (const attribute of ['path', 'domain', 'partitioned'] as const)
    if (attributes[attribute] !== context.attributes[attribute])
      throw new SessionConfigError(
        `old and new sessions have the name ${name}, and \`cookie.${attribute}\` differs. Make it the same, or give the new ones another \`name\`.`,
      )
}

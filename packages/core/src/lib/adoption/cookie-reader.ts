import { platform } from '#crypto'
import type { PersistenceContext, SessionReader } from '../contracts/persistence.ts'
import type { Refusal, State } from '../contracts/state.ts'
import type { Bytes, Seconds } from '../contracts/store.ts'
import { candidatesFor, presentValues } from '../cookies/chunks.ts'
import type { MaybePromise } from '../crypto/types.ts'
import { json, type PlainObject } from '../engine/data.ts'
import { openOne, settableJar } from '../persistence/session-cookies.ts'

const NOTHING: Bytes = new Uint8Array(0)

/** What an old cookie led to. */
export interface FoundSession {
  /**
   * What tells this session from all others: an id, or a value with random bytes in it. Without it, and where cookies of
   * two visitors can be equal, every request that adopts the cookie gets a session of its own.
   */
  readonly id?: string | Bytes
  /** A plain object of what JSON keeps. */
  readonly data: object
  /** Who is signed in. */
  readonly subject?: string
  /** When it was created, in whole epoch seconds. Default now. */
  readonly began?: Seconds
}

/** A session format whose cookie is one, not several. */
export interface CookieFormat {
  /** Names the format in messages, and takes part in the ids of what was adopted: never change it. */
  readonly name: string
  /** Whether a value, as it stands in the Cookie header, begins like one of this format. */
  resembles(value: string): boolean
  /**
   * The session of a value, as it stands in the Cookie header, or why it is refused. It must have verified what it
   * returns. What it throws is a fault (`SessionUnavailableError`), not a refusal.
   */
  read(value: string, context: PersistenceContext): MaybePromise<FoundSession | Refusal>
}

/** A reader for {@link SessionOptions.adopt}, of a format that keeps its session, or its id, in one cookie. */
export function cookieReader({ name: format, resembles, read }: CookieFormat): SessionReader {
  return {
    name: format,
    resembles,
    create(context) {
      const { name, attributes } = context
      return {
        owns: (cookieName) => cookieName === name,

        open: ({ jar, now }, judge) =>
          openOne(candidatesFor(jar, name), async (value) => {
            const found = await read(value, context)
            if (typeof found === 'string') return { ok: false, refusal: found }
            if (!isId(found.id) || json.findFault(found.data)) return { ok: false, refusal: 'malformed' }
            const state = stateOf(found, now)
            const refusal = judge(state)
            return refusal
              ? { ok: false, refusal }
              : { ok: true, opened: { state, handedOff: false, reseal: false, token: undefined } }
          }),

        clear(call) {
          const jar = settableJar(call)
          if (jar && presentValues(jar, name).length > 0) jar.set(name, '', { ...attributes, maxAge: 0 })
        },
      }
    },
  }
}

/** It comes from what others wrote: an id that is none must not make two sessions one. */
const isId = (id: unknown): boolean => id === undefined || typeof id === 'string' || id instanceof Uint8Array

function stateOf({ id = NOTHING, data, subject = '', began }: FoundSession, now: Seconds): State {
  const claims = {
    id: typeof id === 'string' ? platform.toUtf8(id) : id,
    began: began ?? now,
    rolled: now,
    touched: now,
    remember: false,
    stale: false,
    subject,
    bound: NOTHING,
    dataVersion: 0,
  }
  return { claims, data: json.encode(data as PlainObject) }
}

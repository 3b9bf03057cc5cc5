import type { ClientFacts, Jar, ReadJar } from './request.ts'
import type { Refusal, State } from './state.ts'
import type { Bytes, Seconds, StoreLock } from './store.ts'

/** A session that was found and verified. `token` is the persistence's own: a revision, the chunks seen … */
export interface Opened {
  readonly state: State
  /** The request came with the id of a rotated session and was led to its successor. */
  readonly handedOff: boolean
  /** An older secret opened it: the next write seals it (and the cookie) under the newest. */
  readonly reseal: boolean
  readonly token: unknown
}

/** One request, with the clock read once. */
export interface Call {
  readonly jar: ReadJar | Jar
  readonly facts: ClientFacts
  readonly now: Seconds
  /** Plain http from another host: a Secure cookie would not arrive, so none is set. */
  readonly isInsecure: boolean
  readonly signal?: AbortSignal
}

/** What a step needs that no request asked for. */
export type Moment = Pick<Call, 'now' | 'signal'>

export type OpenResult =
  | { readonly ok: true; readonly opened: Opened }
  | { readonly ok: false; readonly refusal: Refusal }

/** What the engine decided. A persistence carries it out; it never decides. */
export type Step =
  | { readonly do: 'create'; readonly next: State }
  | { readonly do: 'save'; readonly next: State }
  | { readonly do: 'touch'; readonly next: State }
  /** `grace`: for how long the old id leads to the new one; 0 ends it at once (sign-in). */
  | { readonly do: 'rotate'; readonly next: State; readonly grace: Seconds }
  | { readonly do: 'destroy' }

/**
 * `changed`: somebody else wrote in between, `theirs` is what is there now (a successor is already followed:
 * `handedOff`). `gone`: destroyed, or never there. `opened` is absent after a destroy, and after a touch that lost
 * to another write, which needs nothing done.
 * `too-large`: the cookies of the session would take `size` octets of at most `limit`; nothing was written.
 */
export type StepResult =
  | { readonly ok: true; readonly opened?: Opened }
  | { readonly ok: false; readonly why: 'changed'; readonly theirs: Opened }
  | { readonly ok: false; readonly why: 'gone' }
  | { readonly ok: false; readonly why: 'too-large'; readonly size: number; readonly limit: number }

/** The engine's verdict on a verified state: why it is not honoured (deadlines, client facts), or `undefined`. */
export type Judge = (state: State) => Refusal | undefined

/** The sessions of a subject: who signed in where. */
export interface SubjectSessions {
  /** Those that are stored, whatever their deadlines say. */
  list(subject: string, moment: Moment): Promise<readonly State[]>
  /** Ends them all, and logins that are half done; but not where `keeps` says so of an id. Answers how many it ended. */
  end(subject: string, keeps: (id: Bytes) => Promise<boolean>, moment: Moment): Promise<number>
}

/** A store's lock by session id. */
export type IdLock = {
  readonly [Verb in keyof StoreLock]: StoreLock[Verb] extends (key: string, ...rest: infer Rest) => infer Result
    ? (id: Bytes, ...rest: Rest) => Result
    : never
}

/** How state lives between requests: the one seam below the engine. */
export interface Persistence {
  readonly name: string
  readonly traits: {
    /** Concurrent writers are detected, so merging and `update()` are exact. */
    readonly merges: boolean
    /** `destroy()` ends every copy of the cookie. */
    readonly revokes: boolean
    /** A write may undo one that it did not see: so there is no `update()`, and no touch without a save. */
    readonly overwrites: boolean
    /** The steps that cannot be done without a writable jar. */
    readonly setsCookieOn: ReadonlySet<Step['do']>
  }
  /** Whether a cookie of this name is the session's: its own name and its chunks. */
  owns(cookieName: string): boolean
  /** Finds and verifies the request's session. Of several cookies that `judge` all accepts, none counts: `ambiguous`. */
  open(call: Call, judge: Judge): Promise<OpenResult>
  /** `from` is absent for a create, and for a destroy of whatever sessions the request's refused cookies name. */
  step(from: Opened | undefined, step: Step, call: Call): Promise<StepResult>
  /** Where the store has a lock. */
  readonly lock?: IdLock
  /** Where the store has an index. */
  readonly subjects?: SubjectSessions
}

import type { SessionEvent } from './event.ts'
import type { CommonOptions } from './options.ts'
import type { ClientFacts, CookieAttributes, Jar, ReadJar } from './request.ts'
import type { Refusal, State } from './state.ts'
import type { Bytes, Seconds, SessionStore, StoreLock } from './store.ts'

/** A session that was found and verified. `token` is the persistence's own: a revision, the chunks seen … */
export interface Opened {
  readonly state: State
  /** The request came with the id of a rotated session and was led to its successor. */
  readonly handedOff: boolean
  /** An older secret opened it: the next write seals it (and the cookie) under the newest. */
  readonly reseal: boolean
  /** It was read from an adopted cookie: the next step, whichever it is, stores it as one of ours and sets the cookie. */
  readonly unissued?: boolean
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
 * `opened` is what stands now, under whatever id the persistence gave it; it is absent after a destroy, and after a touch
 * that lost to another write, which needs nothing done.
 * `changed`: somebody else wrote in between; `theirs` is what is there now (a successor is already followed:
 * `handedOff`), absent where only their cookie could open it. `gone`: destroyed, or never there.
 * `too-large`: the cookies of the session would take `size` octets of at most `limit`; nothing was written.
 */
export type StepResult =
  | { readonly ok: true; readonly opened?: Opened }
  | { readonly ok: false; readonly why: 'changed'; readonly theirs?: Opened }
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
    /** Concurrent writers are detected, and what they wrote can be read: merging and `update()` are exact. */
    readonly merges: boolean
    /** `destroy()` ends every copy of the cookie. */
    readonly revokes: boolean
    /** A write may undo one that it did not see: so there is no `update()`, and no touch without a save. */
    readonly overwrites: boolean
    /** `false`: the format has no place for who is signed in, so there is no `signIn()`. Default `true`. */
    readonly signsIn?: boolean
    /** The steps that cannot be done without a writable jar. */
    readonly setsCookieOn: ReadonlySet<Step['do']>
  }
  /** Whether a cookie of this name is the session's: its own name, its chunks, and others that its format has. */
  owns(cookieName: string): boolean
  /** Finds and verifies the request's session. Of several cookies that `judge` all accepts, none counts: `ambiguous`. */
  open(call: Call, judge: Judge): Promise<OpenResult>
  /** `from` is absent for a create, and for a destroy of whatever sessions the request's refused cookies name. */
  step(from: Opened | undefined, step: Step, call: Call): Promise<StepResult>
  /** Expires the session's cookies in this browser, where a cookie can be set. What is stored stays. */
  clear(call: Call): void
  /** The session with this id, without its cookie: where the id is the key of what is stored. */
  locate?(id: Bytes, call: Call): Promise<OpenResult>
  /**
   * The keyed hash of an id, which `session.id` shows; computed when first asked for. For persistences with a secret of
   * their own; without it the secret of the sessions is the key.
   */
  fingerprint?(id: Bytes): (() => string) | Promise<() => string>
  /** Where the store has a lock. */
  readonly lock?: IdLock
  /** Where the store has an index. */
  readonly subjects?: SubjectSessions
  /** How many secrets of its own it has, for `describe()`. */
  readonly secrets?: number
  /** What deserves a second look, for `describe()`. */
  readonly warnings?: readonly string[]
}

/** The deadlines of a configuration, in seconds; `Infinity` = switched off. */
export interface Times {
  readonly idle: Seconds
  readonly rolling: Seconds
  readonly absolute: Seconds
  readonly renew: Seconds
  readonly touchEvery: Seconds
  readonly discard: Seconds
  readonly rememberRolling: Seconds
  readonly rememberAbsolute: Seconds
}

/** The native envelope: encrypts, authenticates, and binds to name, audience, purpose and id. Opening never throws. */
export interface Sealer {
  /** The value of a cookie, under the newest secret. `payload` must be a multiple of 64 bytes long. */
  sealText(purpose: 'session' | 'session-id', payload: Bytes): string | Promise<string>
  openText(purpose: 'session' | 'session-id', text: string): Unsealed | Promise<Unsealed>
  /** What a store keeps of the session with this id. */
  seal(purpose: 'record', payload: Bytes, id: Bytes): Bytes | Promise<Bytes>
  open(purpose: 'record', sealed: Bytes, id: Bytes): Unsealed | Promise<Unsealed>
}

export type Unsealed =
  | {
      readonly ok: true
      readonly payload: Bytes
      /** An older secret sealed it. */
      readonly reseal: boolean
    }
  | { readonly ok: false; readonly refusal: Extract<Refusal, 'malformed' | 'unknown-key' | 'tampered'> }

/** What a persistence is made from: checked options with every default filled in. */
export interface PersistenceContext {
  /** The whole name of the cookie. */
  readonly name: string
  readonly audience: string
  readonly attributes: CookieAttributes
  /** Set Max-Age, so the cookie survives the browser being closed. */
  readonly persistent: boolean
  readonly maxCookies: number
  readonly maxBytes: number
  readonly times: Times
  /** `default`, `regenerate` or `own function`. Which steps that means is the engine's business. */
  readonly strategyName: string
  readonly idLength: number
  /** Asked within its time limits, by a breaker; every fault is a `SessionUnavailableError`. */
  readonly store: SessionStore | undefined
  /** Made at the first use, when the secret is needed. */
  readonly sealer: () => Sealer | Promise<Sealer>
  /** Reports an event, of the session with this id. */
  readonly report: (event: SessionEvent, id?: Bytes) => void | Promise<void>
}

/** How sessions are read from a request that has one: what {@link SessionOptions.adopt} needs of a format. */
export interface SessionReader {
  /** `iron`, `resty-v4` … for messages and `describe()`. */
  readonly name: string
  /** Options whose default is another one here. */
  readonly defaults?: Partial<CommonOptions>
  /** Options that mean nothing here, with what to do instead: giving one is a `SessionConfigError`. */
  readonly refuses?: Readonly<Partial<Record<keyof CommonOptions, string>>>
  /** Whether a cookie's value begins like one of this format; cheap, and no promise that it opens. */
  resembles(value: string): boolean
  /**
   * Of what is opened, an adoption takes `began`, `subject`, the data (JSON) and `id`: whatever tells this session from
   * all others, in any length. An empty `id` says that cookies of two visitors can be equal.
   * @throws SessionConfigError for options or a store that it cannot serve.
   */
  create(context: PersistenceContext): Pick<Persistence, 'owns' | 'open' | 'clear'>
}

/** A persistence to choose by {@link SessionOptions.persistence}: a foreign format, or one of your own. */
export interface PersistenceFactory extends Omit<SessionReader, 'resembles'> {
  /**
   * It seals with `context.sealer` and keeps `data` as it is, so that cipher, HMAC, serializer, compressor and encoder
   * mean something to it. Default `false`: choosing one is a `SessionConfigError`.
   */
  readonly sealsNatively?: boolean
  /** @throws SessionConfigError for options or a store that it cannot serve. */
  create(context: PersistenceContext): Persistence
}

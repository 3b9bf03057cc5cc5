import type { SessionEvent } from './event.ts'
import type { Jar, ReadJar, RequestContext } from './request.ts'
import type { Deadlines, ReadonlySession, Session } from './session.ts'

/** How a request ended, for {@link Sessions.settle}. */
export interface Outcome {
  /** The response's HTTP status. From 500 on, unsaved changes are dropped (event `discarded`). Default 200. */
  readonly status?: number
  /** Whether this request counts as use of the session: `false` for prefetches and sub-requests. Default `true`. */
  readonly touch?: boolean
  /** `false` leaves the session open, where a request may be answered in several steps. Default `true`. */
  readonly close?: boolean
}

/** One of a subject's sessions. */
export interface SessionInfo<D extends object> {
  /** The same as `session.id` on its own device. */
  readonly id: string
  /** When the subject signed in. */
  readonly began: Date
  /** When the session was last used; exact to `touchEvery` seconds. */
  readonly used: Date
  readonly expires: Deadlines
  readonly remembered: boolean
  readonly data: Partial<D>
}

export interface SubjectOptions {
  readonly signal?: AbortSignal
}

export interface RevokeOptions extends SubjectOptions {
  /** The `session.id` that lives on: usually the one of this request. */
  readonly except?: string
}

/** The effective configuration, fit for printing: no secret, no key. */
export interface Description {
  readonly name: string
  readonly audience: string
  readonly persistence: string
  readonly store: string | undefined
  readonly format: string
  /** The parts in use; `hmac` is `-` where the cipher authenticates by itself. A foreign format has its own. */
  readonly parts:
    | Readonly<Record<'cipher' | 'hmac' | 'serializer' | 'compressor' | 'encoder' | 'identifier', string>>
    | undefined
  /** Old cookies that are taken over, and until when (ISO 8601). */
  readonly adopts: readonly { readonly format: string; readonly name: string; readonly until: string }[]
  readonly promises: { readonly keepsParallelWrites: boolean; readonly destroyEndsEveryCopy: boolean }
  /** `false`: the format has no place for who is signed in, so `signIn()` is refused. */
  readonly signsIn: boolean
  readonly secrets: number | 'development' | 'missing'
  readonly times: Readonly<Record<'idle' | 'rolling' | 'absolute', number | false>> &
    Readonly<Record<'renew' | 'touchEvery' | 'discard' | 'rememberRolling' | 'rememberAbsolute', number>>
  readonly cookie: Readonly<Record<string, string | number | boolean>>
  readonly strategy: string
  /** The waiting times of the lock in seconds; `false` without one. */
  readonly lock: false | { readonly wait: number; readonly lease: number }
  readonly onConflict: string
  /** The version of the data, and the length of a session id in bytes. */
  readonly version: number
  readonly idLength: number
  readonly bind: readonly string[]
  readonly trustedHops: number
  readonly autoTouch: boolean
  /** What deserves a second look, in plain words. */
  readonly warnings: readonly string[]
  /** Environment variables that do nothing, each with the reason: `SESSION_MANAGER (not one of ours)`. */
  readonly ignored: readonly string[]
}

/** One configuration of sessions. Everything a binding needs; most apps meet it through their binding. */
export interface Sessions<D extends object> {
  /** Verifies and loads the request's session, or gives a new, empty one. Writes nothing. */
  open(context: RequestContext): Promise<Session<D>>
  /** `open`, and renewal or touch when due. `touch: false` leaves that to {@link Sessions.settle}. */
  start(context: RequestContext, options?: { readonly touch?: boolean }): Promise<Session<D>>
  /** `open` where cookies cannot be written: no verbs, and nothing is ever touched. */
  read(context: RequestContext<ReadJar>): Promise<ReadonlySession<D>>
  /** Ends the request's session and deletes its cookies, also those that no longer open. */
  destroy(context: RequestContext<Jar>): Promise<void>
  /**
   * The end of a request, for bindings: saves what is unsaved, or else touches when due, and closes the session
   * whatever happens. Throws what `save` throws; the binding then replaces the response.
   */
  settle(session: Session<D>, outcome?: Outcome): Promise<void>
  /**
   * The live sessions of a subject, the last used first.
   * @throws SessionUnsupportedError without a store that has an index (memory, shm, Redis, memcached)
   */
  list(subject: string, options?: SubjectOptions): Promise<readonly SessionInfo<D>[]>
  /**
   * Ends the sessions of a subject on all devices, and logins that are half done; answers how many.
   * @throws SessionUnsupportedError without a store that has an index (memory, shm, Redis, memcached)
   */
  revoke(subject: string, options?: RevokeOptions): Promise<number>
  /** The Cookie header without the session's cookies, all others byte-identical: for forwarding a request elsewhere. */
  stripSessionCookies(cookieHeader: string | null | undefined): string
  describe(): Description
  /** Reports to `onEvent`, for bindings. */
  emit(event: SessionEvent): void
  readonly trustedHops: number
  readonly autoTouch: boolean
}

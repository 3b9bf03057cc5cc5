import type { SessionEvent } from './event.ts'
import type { Jar, ReadJar, RequestContext } from './request.ts'
import type { ReadonlySession, Session } from './session.ts'

/** How a request ended, for {@link Sessions.settle}. */
export interface Outcome {
  /** The response's HTTP status. From 500 on, unsaved changes are dropped (event `discarded`). Default 200. */
  readonly status?: number
  /** Whether this request counts as use of the session: `false` for prefetches and sub-requests. Default `true`. */
  readonly touch?: boolean
  /** `false` leaves the session open, where a request may be answered in several steps. Default `true`. */
  readonly close?: boolean
}

/** The effective configuration, fit for printing: no secret, no key. */
export interface Description {
  readonly name: string
  readonly audience: string
  readonly persistence: string
  readonly store: string | undefined
  readonly format: string
  readonly promises: { readonly keepsParallelWrites: boolean; readonly destroyEndsEveryCopy: boolean }
  readonly secrets: number | 'development' | 'missing'
  readonly times: Readonly<Record<'idle' | 'rolling' | 'absolute', number | false>> &
    Readonly<Record<'renew' | 'touchEvery' | 'discard' | 'rememberRolling' | 'rememberAbsolute', number>>
  readonly cookie: Readonly<Record<string, string | number | boolean>>
  readonly strategy: string
  readonly onConflict: string
  /** The version of the data, and the length of a session id in bytes. */
  readonly version: number
  readonly idLength: number
  readonly bind: readonly string[]
  readonly trustedHops: number
  readonly autoTouch: boolean
  /** What deserves a second look, in plain words. */
  readonly warnings: readonly string[]
  /** Environment variables that look like ours and are not. */
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
  /** The Cookie header without the session's cookies, all others byte-identical: for forwarding a request elsewhere. */
  stripSessionCookies(cookieHeader: string | null | undefined): string
  describe(): Description
  /** Reports to `onEvent`, for bindings. */
  emit(event: SessionEvent): void
  readonly trustedHops: number
  readonly autoTouch: boolean
}

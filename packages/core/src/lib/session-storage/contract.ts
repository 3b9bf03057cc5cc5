import type { ClientFacts } from '../contracts/request.ts'
import type { Session } from '../contracts/session.ts'

/** The methods that Remix 2 and React Router give a session. `flash` keeps a value until the first `get`. */
export interface SessionMethods<D, F> {
  has(name: (keyof D | keyof F) & string): boolean
  get<K extends (keyof D | keyof F) & string>(
    name: K,
  ): (K extends keyof D ? D[K] : undefined) | (K extends keyof F ? F[K] : undefined) | undefined
  set<K extends keyof D & string>(name: K, value: D[K]): void
  flash<K extends keyof F & string>(name: K, value: F[K]): void
  unset(name: keyof D & string): void
}

/** What Remix 2 and React Router call a session, theirs and ours. */
export interface FrameworkSession<D, F> extends SessionMethods<D, F> {
  readonly id: string
  readonly data: Partial<D & { [K in keyof F as `__flash_${K & string}__`]: F[K] }>
}

/**
 * A sojourn session that is a Remix / React Router session as well: `signIn`, `subject`, `update` and all else of
 * {@link Session} beside `has get set flash unset`. Its cookies leave with `commitSession` or `commitHeaders`.
 */
export interface StorageSession<D extends object, F> extends Session<D>, SessionMethods<D, F> {}

/** The part of a Request that a session is opened from. */
export interface SessionSource {
  readonly url: string
  readonly headers: Pick<Headers, 'get'>
}

export interface StorageOptions {
  /** What the app knows better than the request: an address, a TLS session id. */
  readonly clientFacts?: ((request: SessionSource) => ClientFacts) | undefined
}

/**
 * A drop-in for the `SessionStorage` of Remix 2 and React Router. Cookie options of single calls are not taken: they
 * throw `SessionConfigError`, because attributes and lifetimes belong to the whole configuration.
 */
export interface SessionStorage<D extends object, F> {
  /**
   * Opens the request's session, or gives a new, empty one. Pass the request itself: a Cookie header alone tells
   * nothing of the client, so it cannot open sessions that are bound to client facts (`SessionConfigError`).
   */
  getSession(source?: SessionSource | string | null): Promise<StorageSession<D, F>>
  /**
   * Saves what changed, or else renews the session when that is due, and returns the one Set-Cookie value, empty when
   * no cookie is due: browsers ignore an empty Set-Cookie.
   * @throws SessionUnsupportedError when more than one cookie is due: use `commitHeaders`.
   * @throws what `session.save()` throws
   */
  commitSession(session: FrameworkSession<D, F>): Promise<string>
  /**
   * Ends the session and returns the Set-Cookie value that deletes its cookie; empty when there was none.
   * @throws SessionUnsupportedError when an adopted cookie has to be deleted as well: use `commitHeaders`.
   */
  destroySession(session: FrameworkSession<D, F>): Promise<string>
  /**
   * As `commitSession`, for any number of cookies: every Set-Cookie line that is due (also those of `signIn` and
   * `destroySession`) with the cache headers that belong to them, or no header at all.
   * @throws what `session.save()` throws
   */
  commitHeaders(session: FrameworkSession<D, F>): Promise<Headers>
}

/** A session that the framework's own `createSession` made. */
export interface BareSession {
  readonly id: string
  readonly data: object
  has(name: string): boolean
  get(name: string): unknown
  set(name: string, value: unknown): void
  flash(name: string, value: unknown): void
  unset(name: string): void
}

/** The framework's own `createSession`: its semantics, flash above all, are the ones that apply. */
export type CreateSession = (data: Record<string, unknown>, id: string) => BareSession

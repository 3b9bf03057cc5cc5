/**
 * Sessions for the App Router of Next.js 16.
 *
 * ```ts
 * // lib/session.ts
 * import { createSessions } from '@sojourn/next'
 *
 * export const { getSession, readSession, withSession, sessions } = createSessions<{ name: string }>({
 *   secret: process.env.SESSION_SECRET,
 * })
 * ```
 * @module
 */
import { createSessions as createCoreSessions, type SessionOptions } from '@sojourn/core'
import type { ReadonlySession, Session, Sessions } from '@sojourn/core/binding'
import { currentRequest } from './lib/app-request.ts'
import { type FactsOption, setFactsOption } from './lib/request-facts.ts'
import { sessionWrapper, type WithSession } from './lib/with-session.ts'

export type { FactsOption, RequestHeaders } from './lib/request-facts.ts'
export type { Answer, WithSession } from './lib/with-session.ts'

/** All options of `@sojourn/core`, and what the app knows better than Next. */
export interface NextSessionOptions<D extends object> extends SessionOptions<D> {
  /**
   * What the app knows of the client and Next does not tell: an address from the platform's own header, a TLS session
   * id. Overrides what the request's headers say. Called once for each request that uses a session.
   */
  readonly clientFacts?: FactsOption
}

/** What {@link createSessions} gives. */
export interface NextSessions<D extends object> {
  /**
   * The request's session, to read and to write: in Route Handlers and Server Actions. The same handle however often
   * it is asked for. In a Server Component it opens, and its verbs throw `SessionReadOnlyError`.
   * @throws SessionUnavailableError the store could not be asked
   */
  readonly getSession: () => Promise<Session<D>>
  /**
   * The request's session, to read: in Server Components, `generateMetadata`, and anywhere else. Never writes, never
   * touches; shows what a proxy or action set in the same request.
   * @throws SessionUnavailableError the store could not be asked
   */
  readonly readSession: () => Promise<ReadonlySession<D>>
  /**
   * Wraps a Route Handler or a Server Action and ends its session: saves what is unsaved when it returns, redirects or
   * calls `notFound()`, drops it when it throws anything else or answers with a status ≥ 500 (event `discarded`),
   * and closes it in any case.
   *
   * A Route Handler's response that sets a session cookie is kept out of caches (`Vary: Cookie` when the session was
   * only read); a session error (409, 410, 413, 503) answers in its place. In an action it is thrown. Touches when due, but never to set a cookie from an action:
   * Next would fetch the page again.
   */
  readonly withSession: WithSession
  /** The sessions themselves, for `@sojourn/next/proxy`, `@sojourn/next/pages` and `describe()`. */
  readonly sessions: Sessions<D>
}

/**
 * Makes the session functions of an app. Call it once, in a module that pages, handlers, actions and the proxy import.
 * @throws SessionConfigError naming the option and the fix
 */
export function createSessions<D extends object>(options: NextSessionOptions<D> = {}): NextSessions<D> {
  const { clientFacts, ...coreOptions } = options
  const sessions = createCoreSessions<D>(coreOptions)
  setFactsOption(sessions, clientFacts)
  const current = currentRequest(sessions)
  return {
    getSession: async () => (await current()).session(),
    readSession: async () => (await current()).read(),
    withSession: sessionWrapper(current, sessions.describe().store !== undefined),
    sessions,
  }
}

/**
 * Sessions for Remix 2: its own `SessionStorage`, encrypted, chunked when large, and with `signIn`.
 * @module
 */
import { createSession } from '@remix-run/node'
import { createSessions as createCoreSessions, type SessionOptions, type Sessions } from '@sojourn/core'
import { type SessionStorage, type StorageOptions, sessionStorageOf } from '@sojourn/core/session-storage'

/** All of core's options, and what the app knows of the client. */
export interface RemixSessionOptions<D extends object> extends SessionOptions<D>, StorageOptions {}

/** `getSession`, `commitSession`, `destroySession` as Remix defines them, `commitHeaders` and what is behind them. */
export interface RemixSessions<D extends object, F> extends SessionStorage<D, F> {
  /** The configuration itself: `describe()`, `stripSessionCookies()`, `read()` … */
  readonly sessions: Sessions<D>
}

/**
 * Creates sessions for a Remix app. `D` is the data of a session, `F` what may be flashed.
 *
 * @example
 * ```ts
 * // app/session.server.ts
 * import { createSessions } from '@sojourn/remix'
 *
 * export const { getSession, commitHeaders } = createSessions<{ name: string }>({ secret: process.env.SESSION_SECRET })
 * ```
 * @throws SessionConfigError when an option is wrong
 */
export function createSessions<D extends object, F = D>(options: RemixSessionOptions<D> = {}): RemixSessions<D, F> {
  const { clientFacts, ...sessionOptions } = options
  const sessions = createCoreSessions<D>(sessionOptions)
  return { ...sessionStorageOf<D, F>(sessions, createSession, { clientFacts }), sessions }
}

export type { SessionOptions, Sessions } from '@sojourn/core'
export {
  type RemixCookieOptions,
  remixCookie,
  type SessionSource,
  type StorageSession,
} from '@sojourn/core/session-storage'

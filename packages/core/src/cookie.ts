/**
 * Sessions in cookies and nothing else: the same as `createSessions` of `@sojourn/core` without `store`, for edge
 * runtimes where every kilobyte counts.
 * @module
 */
import type { ChosenOptions } from './lib/contracts/options.ts'
import type { Sessions } from './lib/contracts/sessions.ts'
import type { Suite } from './lib/parts/suite.ts'
import { cookiePersistence } from './lib/persistence/cookie.ts'
import { assembleSessions } from './lib/sessions.ts'

/** The options of `@sojourn/core`, without a store, and with parts as objects: a name would need all that it can mean. */
export interface CookieSessionOptions<D extends object>
  extends Omit<ChosenOptions<D>, 'store' | 'persistence' | 'adopt'> {
  /** Other parts than the default ones: `suiteOf({ cipher: aes({ size: 128 }) })` of `@sojourn/core/parts`. */
  readonly suite?: Suite
}

/**
 * Creates encrypted cookie sessions.
 * @throws SessionConfigError when an option is wrong; a missing secret is reported at the first use.
 */
export function createSessions<D extends object>(options: CookieSessionOptions<D> = {}): Sessions<D> {
  return assembleSessions(options, { persistence: cookiePersistence, suite: options.suite })
}

export type { SessionOptions } from './lib/contracts/options.ts'
export type { Jar, ReadJar, RequestContext } from './lib/contracts/request.ts'
export type { ReadonlySession, Session } from './lib/contracts/session.ts'
export type { Sessions } from './lib/contracts/sessions.ts'
export { HeaderJar } from './lib/cookies/jar.ts'
export { SessionError, type SessionErrorCode } from './lib/errors.ts'

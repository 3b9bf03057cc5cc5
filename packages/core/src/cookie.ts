/**
 * Sessions in cookies and nothing else: the same as `createSessions` of `@sojourn/core` without `store`, for edge
 * runtimes where every kilobyte counts.
 * @module
 */
import type { SessionOptions } from './lib/contracts/options.ts'
import type { Sessions } from './lib/contracts/sessions.ts'
import { cookiePersistence } from './lib/persistence/cookie.ts'
import { assembleSessions } from './lib/sessions.ts'

/**
 * Creates encrypted cookie sessions.
 * @throws SessionConfigError when an option is wrong; a missing secret is reported at the first use.
 */
export function createSessions<D extends object>(options: Omit<SessionOptions<D>, 'store'> = {}): Sessions<D> {
  return assembleSessions(options, { persistence: cookiePersistence })
}

export type { SessionOptions } from './lib/contracts/options.ts'
export type { Jar, ReadJar, RequestContext } from './lib/contracts/request.ts'
export type { ReadonlySession, Session } from './lib/contracts/session.ts'
export type { Sessions } from './lib/contracts/sessions.ts'
export { HeaderJar } from './lib/cookies/jar.ts'
export { SessionError, type SessionErrorCode } from './lib/errors.ts'

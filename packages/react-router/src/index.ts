/**
 * Sessions for React Router's framework mode: a middleware that opens, saves and renews the session of a request, and
 * the drop-in for React Router's own `SessionStorage`.
 * @module
 */
export type { Session, SessionOptions, Sessions } from '@sojourn/core'
export {
  type RemixCookieOptions,
  remixCookie,
  type SessionSource,
  type SessionStorage,
  type StorageOptions,
  type StorageSession,
} from '@sojourn/core/session-storage'
export { createSessions, type ReactRouterSessionOptions, type ReactRouterSessions } from './lib/middleware.ts'
export { createSessionStorage, type SessionStorageOptions } from './lib/session-storage.ts'

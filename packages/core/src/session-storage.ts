/**
 * For writers of bindings: the `SessionStorage` contract that Remix 2 and React Router share, on sojourn sessions, and
 * what reads the cookies of their own one.
 * @module
 */
export type {
  CreateSession,
  FrameworkSession,
  SessionSource,
  SessionStorage,
  StorageOptions,
  StorageSession,
} from './lib/session-storage/contract.ts'
export { type RemixCookieOptions, remixCookie } from './lib/session-storage/remix-cookie.ts'
export { sessionStorageOf } from './lib/session-storage/session-storage-of.ts'

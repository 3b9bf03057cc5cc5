/**
 * For writers of bindings: the `SessionStorage` contract that Remix 2 and React Router share, on sojourn sessions.
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
export { sessionStorageOf } from './lib/session-storage/session-storage-of.ts'

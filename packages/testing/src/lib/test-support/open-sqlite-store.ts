import type { SessionStore } from '@sojourn/core'
import { sqliteStore } from './sqlite-store.ts'

/** For another process: the store in the file that `SQLITE_STORE` names. */
export function openStore(): SessionStore {
  return sqliteStore(process.env['SQLITE_STORE'] ?? '')
}

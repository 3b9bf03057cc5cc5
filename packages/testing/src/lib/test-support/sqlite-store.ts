import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { Bytes, CallOptions, Expect, Revision, Seconds, SessionStore, Stored, Written } from '@sojourn/core/store'
import { StoreRefusedError } from '@sojourn/core/store'

const DISK_IS_FULL = 13

/** Sessions in a file of SQLite: all processes of a host share them, and they outlive a restart. */
export function sqliteStore(path: string): SessionStore {
  const database = new DatabaseSync(path, { timeout: 1000 })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, bytes BLOB, revision TEXT, ends INTEGER);
    CREATE INDEX IF NOT EXISTS records_by_end ON records (ends)`)
  const select = database.prepare('SELECT bytes, revision FROM records WHERE key = ? AND ends > ?')
  const create = database.prepare('INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?)')
  const put = database.prepare('REPLACE INTO records VALUES (?, ?, ?, ?)')
  const change = database.prepare(
    'UPDATE records SET bytes = ?, revision = ?, ends = ? WHERE key = ? AND revision = ? AND ends > ?',
  )
  const remove = database.prepare('DELETE FROM records WHERE key = ?')
  const removeEnded = database.prepare('DELETE FROM records WHERE ends <= ?')
  const now = (): Seconds => Date.now() / 1000

  function recordOf(key: string): Stored | undefined {
    const row = select.get(key, now())
    return row && { bytes: new Uint8Array(row['bytes'] as Bytes), revision: row['revision'] as Revision }
  }

  function tryWrite(key: string, bytes: Bytes, revision: Revision, ends: Seconds, expect: Expect): Written {
    if (expect === 'absent') removeEnded.run(now())
    const { changes } =
      expect === 'any' || expect === 'absent'
        ? (expect === 'any' ? put : create).run(key, bytes, revision, ends)
        : change.run(bytes, revision, ends, key, expect, now())
    if (changes) return { ok: true, revision }
    return { ok: false, why: expect === 'absent' ? 'exists' : recordOf(key) ? 'changed' : 'gone' }
  }

  return {
    name: 'sqlite',
    holds: 'bytes',
    atomic: true,
    keyOf: (id: string): string => id,
    async read(key: string, call?: CallOptions): Promise<Stored | undefined> {
      call?.signal?.throwIfAborted()
      return recordOf(key)
    },
    async write(key: string, bytes: Bytes, ends: Seconds, expect: Expect, call?: CallOptions): Promise<Written> {
      call?.signal?.throwIfAborted()
      try {
        return tryWrite(key, bytes, randomUUID() as string as Revision, ends, expect)
      } catch (cause) {
        if (!(cause instanceof Error && 'errcode' in cause && cause.errcode === DISK_IS_FULL)) throw cause
        throw new StoreRefusedError('The disk is full.', { cause })
      }
    },
    async delete(key: string, call?: CallOptions): Promise<void> {
      call?.signal?.throwIfAborted()
      remove.run(key)
    },
    async [Symbol.asyncDispose](): Promise<void> {
      if (database.isOpen) database.close()
    },
  }
}

import type {
  Bytes,
  CallOptions,
  Expect,
  Seconds,
  SessionStore,
  Stored,
  StoreNotice,
  Written,
} from '../contracts/store.ts'
import { SessionConfigError, StoreRefusedError } from '../errors.ts'
import { memoryIndex } from './memory-index.ts'
import { memoryLock } from './memory-lock.ts'
import {
  clearSpace,
  lookAround,
  type MemoryRecord,
  type MemorySpace,
  memorySpace,
  nextRevision,
} from './memory-space.ts'
import { Notices } from './notices.ts'

export interface MemoryStoreOptions {
  /** Stores of one name in one process share what they hold. Default `default`. */
  readonly name?: string
  /** Most bytes of keys and values; the least recently used values go first. Default 64 MiB (67,108,864). */
  readonly maxBytes?: number
  /** Most values; the least recently used go first. Default 100,000. */
  readonly maxEntries?: number
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
}

/** A store that lacks nothing a store of one process can have. */
export type MemoryStore = SessionStore &
  Required<Pick<SessionStore, 'lock' | 'index' | 'onNotice' | typeof Symbol.asyncDispose>>

/**
 * A store in the memory of this process: for one process only, gone when it ends.
 *
 * Bounded by `maxBytes` and `maxEntries`. What has expired is collected in passing, without timers. Locks and index
 * members have the same bounds each, but are never evicted: to lose one would break a promise, so a full table throws.
 * Disposing of any store of a name empties all of that name.
 * @throws SessionConfigError for a bound that is not a whole number above 0.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const { name = 'default', maxBytes = 64 * 1024 * 1024, maxEntries = 100_000, now = () => Date.now() } = options
  requireBound('maxBytes', maxBytes)
  requireBound('maxEntries', maxEntries)
  const space = memorySpace(name)
  const notices = new Notices()

  return {
    name: 'memory',
    holds: 'bytes',
    atomic: true,
    keyOf: (id: string): string => id,

    async read(key: string, call?: CallOptions): Promise<Stored | undefined> {
      call?.signal?.throwIfAborted()
      const at = now()
      collectExpired(space, at)
      const record = liveRecord(space, key, at)
      if (!record) return undefined
      markUsed(space, key, record)
      return { bytes: copyOf(record.bytes), revision: record.revision }
    },

    async write(key: string, bytes: Bytes, expiresAt: Seconds, expect: Expect, call?: CallOptions): Promise<Written> {
      call?.signal?.throwIfAborted()
      const size = sizeOf(key, bytes)
      if (size > maxBytes)
        throw new StoreRefusedError(`The memory store cannot hold ${size} bytes: maxBytes is ${maxBytes}.`)
      const at = now()
      collectExpired(space, at)
      const refused = refusalOf(liveRecord(space, key, at), expect)
      if (refused) return { ok: false, why: refused }

      const record: MemoryRecord = { bytes: copyOf(bytes), expiresAt, revision: nextRevision() }
      removeRecord(space, key)
      if (isLive(record, at)) {
        space.records.set(key, record)
        space.recordBytes += size
        const count = evict(space, maxBytes, maxEntries)
        if (count > 0) notices.report({ type: 'evicted', count })
      }
      return { ok: true, revision: record.revision }
    },

    async delete(key: string, call?: CallOptions): Promise<void> {
      call?.signal?.throwIfAborted()
      removeRecord(space, key)
    },

    lock: memoryLock(space, maxEntries, now),
    index: memoryIndex(space, maxBytes, maxEntries, now),

    onNotice(listener: (notice: StoreNotice) => void): void {
      notices.listen(listener)
    },

    async [Symbol.asyncDispose](): Promise<void> {
      clearSpace(space)
    },
  }
}

function refusalOf(found: MemoryRecord | undefined, expect: Expect): 'exists' | 'changed' | 'gone' | undefined {
  if (expect === 'any') return undefined
  if (expect === 'absent') return found && 'exists'
  if (!found) return 'gone'
  return found.revision === expect ? undefined : 'changed'
}

function liveRecord(space: MemorySpace, key: string, now: number): MemoryRecord | undefined {
  const record = space.records.get(key)
  if (!record || isLive(record, now)) return record
  removeRecord(space, key)
  return undefined
}

const isLive = (record: MemoryRecord, now: number): boolean => record.expiresAt * 1000 > now

function removeRecord(space: MemorySpace, key: string): void {
  const record = space.records.get(key)
  if (!record) return
  space.records.delete(key)
  space.recordBytes -= sizeOf(key, record.bytes)
}

/** A Map keeps the order of insertion: the most recently used record moves to the end. */
function markUsed(space: MemorySpace, key: string, record: MemoryRecord): void {
  space.records.delete(key)
  space.records.set(key, record)
}

/** Answers how many it dropped. */
function evict(space: MemorySpace, maxBytes: number, maxEntries: number): number {
  const before = space.records.size
  for (const key of space.records.keys()) {
    if (space.recordBytes <= maxBytes && space.records.size <= maxEntries) break
    removeRecord(space, key)
  }
  return before - space.records.size
}

function collectExpired(space: MemorySpace, now: number): void {
  lookAround(space.recordWalk, 2, (key) => liveRecord(space, key, now))
}

/** Not `slice`: on a Buffer that is a view on the caller's own memory. */
const copyOf = (bytes: Bytes): Bytes => new Uint8Array(bytes)

/** Keys are ASCII, so a character is a byte. */
const sizeOf = (key: string, bytes: Bytes): number => key.length + bytes.length

function requireBound(option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new SessionConfigError(`memoryStore: ${option} must be a whole number above 0, not ${value}.`)
}

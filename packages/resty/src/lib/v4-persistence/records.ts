import type { Moment, PersistenceContext, Seconds, SessionStore, Stored } from '@sojourn/core/persistence'
import type { Bytes } from '@sojourn/core/store'
import { toUtf8 } from '../shared/encoding.ts'
import type { V4Entry } from '../v4/entries.ts'
import { type V4Record, writeV4Record } from '../v4/record.ts'
import { type V4NameOptions, v4RecordName, v4StorageKey } from '../v4/storage-names.ts'
import { optionsOf } from './index-sets.ts'
import type { SubjectIndex } from './subject-index.ts'

/** In the past of every clock: a write that expires then is a deletion that compares. */
export const AT_ONCE: Seconds = 0
/** How often a record may change while it is being ended. */
const MOST_TRIES = 10
/** What takes the key of a login that is half done. No cookie leads to it. */
const TAKEN = toUtf8('[""]')
const TAKEN_SECONDS: Seconds = 60

/** The records of one kind of cookie, under the names that lua-resty-session has: the store's own prefix plays no part. */
export class V4Records {
  readonly #store: SessionStore
  readonly #names: V4NameOptions
  readonly #report: PersistenceContext['report']
  /** With `storeMetadata`. */
  readonly index: SubjectIndex | undefined

  constructor(
    store: SessionStore,
    names: V4NameOptions,
    index: SubjectIndex | undefined,
    report: PersistenceContext['report'],
  ) {
    this.#store = store
    this.#names = names
    this.#report = report
    this.index = index
  }

  /** What stands for an id in the store. */
  keyOf(id: Bytes): Promise<string> {
    return v4StorageKey(id, this.#names)
  }

  read(key: string, call: Moment): Promise<Stored | undefined> {
    return this.#store.read(this.#nameOf(key), optionsOf(call))
  }

  /**
   * Writes a record that was not there, listed before it exists: a revocation that runs now either sees the entry or
   * takes the key. `undefined`: it has taken the key.
   */
  async add(
    key: string,
    record: V4Record,
    expiresAt: Seconds,
    entries: readonly V4Entry[],
    call: Moment,
  ): Promise<Stored | undefined> {
    await this.index?.enlist(entries, key, expiresAt, call)
    const bytes = toUtf8(writeV4Record(record))
    const options = { ...optionsOf(call), confirm: true }
    const written = await this.#store.write(this.#nameOf(key), bytes, expiresAt, 'absent', options)
    return written.ok ? { bytes, revision: written.revision } : undefined
  }

  /**
   * Ends a record at a time until which it stays as it is, and stays in the index. What others write to it meanwhile
   * changes nothing. `false`: there was none any more.
   */
  async end(key: string, known: Stored, at: Seconds, entries: readonly V4Entry[], call: Moment): Promise<boolean> {
    const name = this.#nameOf(key)
    let current: Stored | undefined = known
    for (let tries = 0; current && tries < MOST_TRIES; tries++) {
      const options = { ...optionsOf(call), confirm: true }
      const written = await this.#store.write(name, current.bytes, at, current.revision, options)
      if (written.ok) {
        if (written.unconfirmed) await this.#report({ type: 'unconfirmed' })
        if (at === AT_ONCE) await this.#delist(entries, key, call)
        else await this.index?.shorten(entries, key, at, call).catch(() => undefined)
        return true
      }
      current = written.why === 'gone' ? undefined : await this.#store.read(name, optionsOf(call))
    }
    if (current) await this.remove(key, entries, call)
    return current !== undefined
  }

  async remove(key: string, entries: readonly V4Entry[], call: Moment): Promise<void> {
    await this.#store.delete(this.#nameOf(key), { ...optionsOf(call), confirm: true })
    await this.#delist(entries, key, call)
  }

  /** Removes a record, or takes the key of one that is about to be written. Answers whether there was one. */
  async forestall(key: string, call: Moment): Promise<boolean> {
    const name = this.#nameOf(key)
    const options = { ...optionsOf(call), confirm: true }
    const taken = await this.#store.write(name, TAKEN, call.now + TAKEN_SECONDS, 'absent', options)
    if (!taken.ok) await this.#store.delete(name, options)
    return !taken.ok
  }

  /** An entry that stays behind leads nowhere, and expires. */
  async #delist(entries: readonly V4Entry[], key: string, call: Moment): Promise<void> {
    await this.index?.delist(entries, key, call).catch(() => undefined)
  }

  #nameOf(key: string): string {
    return v4RecordName(key, this.#names)
  }
}

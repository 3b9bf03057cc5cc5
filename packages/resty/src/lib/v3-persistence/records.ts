import {
  type Bytes,
  type CallOptions,
  type Moment,
  type Seconds,
  SessionConfigError,
  type SessionStore,
  type Stored,
  type Written,
} from '@sojourn/core/persistence'
import { platform } from '#crypto'
import { fromUtf8, toUtf8 } from '../shared/encoding.ts'
import { requireOneOf } from '../shared/option-checks.ts'
import type { V3Settings } from '../v3/settings.ts'
import { type V3Storage, v3RecordName, v3StoredData, v3StoredValue } from '../v3/storage-names.ts'
import type { RestyV3Options } from './options.ts'

const STORAGES: readonly V3Storage[] = ['redis', 'memcached', 'shm', 'dshm']
/** In the past of every clock: a write that expires then is a deletion that compares. */
const LONG_AGO: Seconds = 0
/** A mark stays a little longer than the id that it marks, however coarsely a store counts. */
const MARK_STAYS: Seconds = 5
/** What a save replaces stays here for a while; it is encrypted as it was. */
const PREVIOUS = '.previous'
const LONGEST_MEMCACHED_KEY = 250
/** More successors than a session gets while a mark stays; marks that lead in a circle were not written here. */
const MOST_HOPS = 100

/** The record as it is now, or what there was instead of the one to replace. */
type Recorded = { readonly ok: true; readonly record: Stored } | Extract<Written, { readonly ok: false }>

/** The records of sessions, under the keys and in the form of lua-resty-session: the store's own prefix plays no part. */
export class V3Records {
  readonly #store: SessionStore
  readonly #settings: V3Settings
  readonly #storage: V3Storage
  readonly #prefix: string

  /** @throws SessionConfigError for a store that cannot hold them, and for a prefix that is none */
  constructor(store: SessionStore, settings: V3Settings, { keys, prefix = 'sessions' }: RestyV3Options) {
    this.#store = store
    this.#settings = settings
    this.#storage = storageOf(store, keys)
    if (!/^[!-~]+$/.test(prefix)) throw new SessionConfigError('`prefix` must be ASCII text without spaces.')
    this.#prefix = prefix
    const longest = this.#previousOf(new Uint8Array(settings.idLength)).length
    if (this.#storage === 'memcached' && longest > LONGEST_MEMCACHED_KEY)
      throw new SessionConfigError(
        `\`prefix\` is too long: with an id and \`${PREVIOUS}\` a key has ${longest} characters, and memcached takes ${LONGEST_MEMCACHED_KEY}.`,
      )
  }

  read(id: Bytes, call: Moment): Promise<Stored | undefined> {
    return this.#store.read(this.#keyOf(id), optionsOf(call))
  }

  /** The encrypted data in a record; nothing where it is not even text of that kind. */
  dataOf({ bytes }: Stored): Bytes {
    return v3StoredData(this.#settings, this.#storage, bytes) ?? new Uint8Array(0)
  }

  /** Writes encrypted data; `known` is the record that it replaces. */
  write(id: Bytes, data: Bytes, expires: Seconds, known: Stored | undefined, call: Moment): Promise<Recorded> {
    const bytes = v3StoredValue(this.#settings, this.#storage, data)
    return this.#write(this.#keyOf(id), bytes, expires, known, call)
  }

  /**
   * Keeps `bytes` beside a record that is about to be replaced. Not where others have replaced it already: what they
   * kept must stay, for it is what late requests come with.
   */
  async keepPrevious(
    id: Bytes,
    bytes: Bytes,
    until: Seconds,
    known: Stored,
    call: Moment,
  ): Promise<'gone' | 'changed' | undefined> {
    const found = await this.read(id, call)
    if (!found) return 'gone'
    if (found.revision !== known.revision) return 'changed'
    await this.#store.write(this.#previousOf(id), bytes, until, 'any', optionsOf(call))
    return undefined
  }

  readPrevious(id: Bytes, call: Moment): Promise<Stored | undefined> {
    return this.#store.read(this.#previousOf(id), optionsOf(call))
  }

  /** After the record has ended. Should it fail: without the record, what is kept opens nothing, and it expires. */
  async dropPrevious(id: Bytes, call: Moment): Promise<void> {
    if (this.#settings.strategy !== 'default') return
    await this.#store.delete(this.#previousOf(id), optionsOf(call)).catch(() => undefined)
  }

  /**
   * The cookie has to follow the record: where nobody knows whether the write has happened, the record itself is asked.
   */
  async #write(
    key: string,
    bytes: Bytes,
    expires: Seconds,
    known: Stored | undefined,
    call: Moment,
  ): Promise<Recorded> {
    try {
      const result = await this.#store.write(key, bytes, expires, known?.revision ?? 'absent', optionsOf(call))
      return result.ok ? { ok: true, record: { bytes, revision: result.revision } } : result
    } catch (error) {
      const found = await this.#findAs(bytes, key, call)
      if (found) return { ok: true, record: found }
      throw error
    }
  }

  /** Lets a record stay as it is until `at`, if it is still what is known. To do that twice is to do it once. */
  async keepUntil(at: Seconds, id: Bytes, known: Stored, call: Moment): Promise<Written> {
    const key = this.#keyOf(id)
    const keep = ({ bytes, revision }: Stored) => this.#store.write(key, bytes, at, revision, confirmed(call))
    try {
      return await keep(known)
    } catch (error) {
      const found = await this.#findAs(known.bytes, key, call)
      if (found) return keep(found)
      throw error
    }
  }

  /**
   * Ends a marked record at once, if it is still what is known. Whoever else ends it after the first look follows the
   * mark, so where nobody knows whether it has happened, a record that is gone was ended.
   */
  async end(id: Bytes, known: Stored, call: Moment): Promise<Written> {
    const key = this.#keyOf(id)
    const found = await this.#store.read(key, optionsOf(call))
    if (!found) return { ok: false, why: 'gone' }
    try {
      return await this.#store.write(key, known.bytes, LONG_AGO, known.revision, confirmed(call))
    } catch (error) {
      const left = await this.#store.read(key, optionsOf(call)).catch(() => found)
      if (left) throw error
      return { ok: true, revision: known.revision }
    }
  }

  /**
   * Marks an id that ends at `at` as one that has a successor, and as which. The record itself cannot say so: what it
   * holds must stay, and a revision may be no more than a digest of that. `false`: it was marked before.
   */
  async mark(id: Bytes, successor: Bytes, at: Seconds, call: Moment): Promise<boolean> {
    const name = toUtf8(this.#settings.encoding.encode(successor))
    return (await this.#write(this.#markOf(id), name, at + MARK_STAYS, undefined, call)).ok
  }

  unmark(id: Bytes, call: Moment): Promise<void> {
    return this.#store.delete(this.#markOf(id), optionsOf(call))
  }

  delete(id: Bytes, call: Moment): Promise<void> {
    return this.#store.delete(this.#keyOf(id), confirmed(call))
  }

  /**
   * Ends a session also where others have given it another id meanwhile. The record goes before its mark is read: whoever
   * marks it later finds it gone, and takes the successor away again.
   */
  async deleteLineage(id: Bytes, call: Moment): Promise<void> {
    let next: Bytes | undefined = id
    for (let hops = 0; next && hops < MOST_HOPS; hops++) {
      await this.delete(next, call)
      await this.dropPrevious(next, call)
      next = await this.#successorOf(next, call)
    }
  }

  async #successorOf(id: Bytes, call: Moment): Promise<Bytes | undefined> {
    const mark = await this.#store.read(this.#markOf(id), optionsOf(call))
    const successor = mark && this.#settings.encoding.decode(fromUtf8(mark.bytes) ?? '')
    return successor?.length === this.#settings.idLength ? successor : undefined
  }

  /** The record that holds these bytes, if one can be seen to. */
  async #findAs(bytes: Bytes, key: string, call: Moment): Promise<Stored | undefined> {
    const found = await this.#store.read(key, optionsOf(call)).catch(() => undefined)
    return found && platform.equal(found.bytes, bytes) ? found : undefined
  }

  #keyOf(id: Bytes): string {
    return v3RecordName(this.#settings, this.#storage, id, this.#prefix)
  }

  #markOf(id: Bytes): string {
    return `${this.#keyOf(id)}.rotated`
  }

  #previousOf(id: Bytes): string {
    return `${this.#keyOf(id)}${PREVIOUS}`
  }
}

/** All that a store may know of a request. */
const optionsOf = ({ signal }: Moment): CallOptions => ({ signal })
/** For what ends an id. */
const confirmed = (call: Moment): CallOptions => ({ ...optionsOf(call), confirm: true })

function storageOf(store: SessionStore, keys: V3Storage | undefined): V3Storage {
  if (keys !== undefined) requireOneOf('keys', keys, STORAGES)
  const storage = keys ?? (store.name === 'memory' ? 'redis' : STORAGES.find((known) => known === store.name))
  if (!storage)
    throw new SessionConfigError(
      `How lua-resty-session names what it keeps in a ${store.name} store is not known: give restyV3({ keys }), one of ${STORAGES.join(', ')}.`,
    )
  if (store.holds === 'ascii' && storage !== 'dshm')
    throw new SessionConfigError(
      `The ${store.name} store holds text only, and lua-resty-session keeps bytes in ${storage}: use another store.`,
    )
  return storage
}

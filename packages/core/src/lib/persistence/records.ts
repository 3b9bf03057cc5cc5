import { platform } from '#crypto'
import type { IdLock, Moment, PersistenceContext } from '../contracts/persistence.ts'
import type { Refusal, State } from '../contracts/state.ts'
import type { Bytes, CallOptions, Expect, Revision, Seconds, SessionStore, Written } from '../contracts/store.ts'
import type { MaybePromise } from '../crypto/types.ts'
import type { Envelope } from '../envelope/envelope.ts'
import { decodeRecord, type SealedRecord } from '../envelope/payload.ts'
import { type SubjectIndex, subjectIndex } from '../envelope/subject-index.ts'

/** How far a chain of rotations is followed: each hop is one rotation within `discard` seconds. */
export const MOST_HOPS = 4

/** A record that was read and unsealed. */
export type FoundRecord = SealedRecord & { readonly id: Bytes; readonly revision: Revision; readonly reseal: boolean }
export type Located =
  | {
      readonly ok: true
      readonly state: State
      readonly revision: Revision
      readonly reseal: boolean
      readonly hops: number
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** Sealed records under hashed ids: what the record rules read and write, without the rules. */
export class Records {
  readonly #store: SessionStore
  readonly #envelope: () => MaybePromise<Envelope>
  readonly #report: PersistenceContext['report']

  constructor(store: SessionStore, envelope: () => MaybePromise<Envelope>, report: PersistenceContext['report']) {
    this.#store = store
    this.#envelope = envelope
    this.#report = report
  }

  /** The key of a session: its hash, so that who reads the store's keys cannot present one. */
  async key(id: Bytes): Promise<string> {
    return this.#store.keyOf(platform.toBase64url(await platform.sha256(id)))
  }

  async read(id: Bytes, call: Moment): Promise<FoundRecord | Refusal> {
    const stored = await this.#store.read(await this.key(id), limitsOf(call))
    if (!stored) return 'not-found'
    const unsealed = await (await this.#envelope()).open('record', this.#unpack(stored.bytes), id)
    if (!unsealed.ok) return unsealed.refusal
    const record = decodeRecord(unsealed.payload, call.now)
    return record ? { ...record, id, revision: stored.revision, reseal: unsealed.reseal } : 'malformed'
  }

  /** Reads a session and follows it to its successor while the old id still leads there. */
  async locate(id: Bytes, call: Moment): Promise<Located> {
    let next = id
    for (let hops = 0; hops <= MOST_HOPS; hops++) {
      const record = await this.read(next, call)
      if (typeof record === 'string') return { ok: false, refusal: record }
      if (record.kind === 'live')
        return { ok: true, state: record.state, revision: record.revision, reseal: record.reseal, hops }
      if (record.kind === 'dead' || record.until <= call.now) break
      next = record.successor
    }
    return { ok: false, refusal: 'destroyed' }
  }

  async write(id: Bytes, payload: Bytes, expiresAt: Seconds, expect: Expect, call: Moment): Promise<Written> {
    return this.#write(id, payload, expiresAt, expect, limitsOf(call))
  }

  /** A write that ends an id or leads it to another: worth waiting for a replica, where the store can. */
  async turn(id: Bytes, payload: Bytes, expiresAt: Seconds, expect: Expect, call: Moment): Promise<Written> {
    const result = await this.#write(id, payload, expiresAt, expect, { ...limitsOf(call), confirm: true })
    if (result.ok && result.unconfirmed) await this.#report({ type: 'unconfirmed' }, id)
    return result
  }

  async #write(
    id: Bytes,
    payload: Bytes,
    expiresAt: Seconds,
    expect: Expect,
    options: CallOptions | undefined,
  ): Promise<Written> {
    const sealed = await (await this.#envelope()).seal('record', payload, id)
    return this.#store.write(await this.key(id), this.#pack(sealed), expiresAt, expect, options)
  }

  async delete(id: Bytes, call: Moment): Promise<void> {
    await this.#store.delete(await this.key(id), { ...limitsOf(call), confirm: true })
  }

  /** Lists a session under its subject until `expiresAt`; nothing for a session without one. */
  async enlist(subject: string, id: Bytes, expiresAt: Seconds, call: Moment): Promise<void> {
    const { index } = this.#store
    if (!subject || !index) return
    const { sets, subjects } = await this.#setsOf(subject)
    const [newest = ''] = sets
    const [entry = ''] = await subjects.entries(id)
    await index.add(newest, entry, expiresAt, limitsOf(call))
  }

  /** Under whichever secret it was listed. */
  async delist(subject: string, id: Bytes, call: Moment): Promise<void> {
    const { index } = this.#store
    if (!subject || !index) return
    const { sets, subjects } = await this.#setsOf(subject)
    const entries = await subjects.entries(id)
    await Promise.all(sets.map((set, nth) => index.remove(set, entries[nth] ?? '', limitsOf(call))))
  }

  /** The ids that are listed under a subject. */
  async listed(subject: string, call: Moment): Promise<readonly Bytes[]> {
    const { index } = this.#store
    if (!subject || !index) return []
    const { sets, subjects } = await this.#setsOf(subject)
    const ids = await Promise.all(
      sets.map(async (set, nth) => {
        const entries = await index.members(set, limitsOf(call))
        return Promise.all(entries.map((entry) => subjects.idOf(entry, nth)))
      }),
    )
    // A session that got a new seal is listed under two secrets.
    const distinct = new Map(ids.flat().flatMap((id) => (id ? [[platform.toBase64url(id), id]] : [])))
    return [...distinct.values()]
  }

  get lock(): IdLock | undefined {
    const { lock } = this.#store
    if (!lock) return undefined
    return {
      acquire: async (id, ...lease) => lock.acquire(await this.key(id), ...lease),
      renew: async (id, ...lease) => lock.renew(await this.key(id), ...lease),
      release: async (id, ...lease) => lock.release(await this.key(id), ...lease),
    }
  }

  async #setsOf(subject: string): Promise<{ readonly sets: readonly string[]; readonly subjects: SubjectIndex }> {
    const subjects = subjectIndex(await this.#envelope())
    const names = await subjects.names(subject)
    return { sets: names.map((name) => this.#store.keyOf(name)), subjects }
  }

  #pack(sealed: Bytes): Bytes {
    return this.#store.holds === 'ascii' ? platform.toUtf8(platform.toBase64url(sealed)) : sealed
  }

  #unpack(bytes: Bytes): Bytes {
    return this.#store.holds === 'ascii' ? platform.fromBase64url(platform.fromUtf8(bytes)) : bytes
  }
}

/** All that a store may know of a request: not its cookies, not its client. */
const limitsOf = ({ signal }: Moment): CallOptions | undefined => signal && { signal }

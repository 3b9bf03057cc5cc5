import { platform } from '#crypto'
import type { Call } from '../contracts/persistence.ts'
import type { Refusal, State } from '../contracts/state.ts'
import type { Bytes, CallOptions, Expect, Revision, Seconds, SessionStore, Written } from '../contracts/store.ts'
import type { MaybePromise } from '../crypto/types.ts'
import type { Envelope } from '../envelope/envelope.ts'
import { decodeRecord, type SealedRecord } from '../envelope/payload.ts'

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

  constructor(store: SessionStore, envelope: () => MaybePromise<Envelope>) {
    this.#store = store
    this.#envelope = envelope
  }

  /** The key of a session: its hash, so that who reads the store's keys cannot present one. */
  async key(id: Bytes): Promise<string> {
    return this.#store.keyOf(platform.toBase64url(await platform.sha256(id)))
  }

  async read(id: Bytes, call: Call): Promise<FoundRecord | Refusal> {
    const stored = await this.#store.read(await this.key(id), limitsOf(call))
    if (!stored) return 'not-found'
    const unsealed = await (await this.#envelope()).open('record', this.#unpack(stored.bytes), id)
    if (!unsealed.ok) return unsealed.refusal
    const record = decodeRecord(unsealed.payload, call.now)
    return record ? { ...record, id, revision: stored.revision, reseal: unsealed.reseal } : 'malformed'
  }

  /** Reads a session and follows it to its successor while the old id still leads there. */
  async locate(id: Bytes, call: Call): Promise<Located> {
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

  async write(id: Bytes, payload: Bytes, expiresAt: Seconds, expect: Expect, call: Call): Promise<Written> {
    const sealed = await (await this.#envelope()).seal('record', payload, id)
    return this.#store.write(await this.key(id), this.#pack(sealed), expiresAt, expect, limitsOf(call))
  }

  async delete(id: Bytes, call: Call): Promise<void> {
    await this.#store.delete(await this.key(id), limitsOf(call))
  }

  /** Lists a session under its subject until `expiresAt`; nothing for a session without one. */
  async enlist(subject: string, id: Bytes, expiresAt: Seconds): Promise<void> {
    if (subject && this.#store.index)
      await this.#store.index.add(await this.#setOf(subject), await this.key(id), expiresAt)
  }

  async delist(subject: string, id: Bytes): Promise<void> {
    if (subject && this.#store.index) await this.#store.index.remove(await this.#setOf(subject), await this.key(id))
  }

  async #setOf(subject: string): Promise<string> {
    return this.#store.keyOf(await (await this.#envelope()).indexKey(subject))
  }

  #pack(sealed: Bytes): Bytes {
    return this.#store.holds === 'ascii' ? platform.toUtf8(platform.toBase64url(sealed)) : sealed
  }

  #unpack(bytes: Bytes): Bytes {
    return this.#store.holds === 'ascii' ? platform.fromBase64url(platform.fromUtf8(bytes)) : bytes
  }
}

/** All that a store may know of a request: not its cookies, not its client. */
const limitsOf = ({ signal }: Call): CallOptions | undefined => signal && { signal }

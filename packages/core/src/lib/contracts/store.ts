/** Raw octets backed by an ordinary (not shared) buffer: what WebCrypto and sockets accept. */
export type Bytes = Uint8Array<ArrayBuffer>

/** A duration or a point in time (since the epoch), in whole seconds. */
export type Seconds = number

/** A short duration. */
export type Milliseconds = number

/**
 * The store's own name for the bytes it holds. It changes with every write and never repeats for a key; it is never
 * `any` or `absent`.
 */
export type Revision = string & { readonly __brand: 'Revision' }

/** What a key holds, with the revision a later write must name. */
export interface Stored {
  readonly bytes: Bytes
  readonly revision: Revision
}

/**
 * What a write expects to find: the revision it read (compare-and-set), `'absent'` (create only)
 * or `'any'` (whatever is there, or nothing).
 */
export type Expect = Revision | 'absent' | 'any'

/**
 * The outcome of a write. `exists`: expected absent, found a value. `changed`: another revision is there.
 * `gone`: a revision was expected and the key is absent or expired. Anything else a store cannot do is thrown.
 */
export type Written =
  | {
      readonly ok: true
      readonly revision: Revision
      /** Fewer copies than asked for have confirmed the write: it stands, and a failover may undo it. */
      readonly unconfirmed?: true
    }
  | { readonly ok: false; readonly why: 'exists' | 'changed' | 'gone' }

export interface CallOptions {
  /**
   * Aborts the wait for an answer: the caller gave up, or the time limit is over. The step itself may still happen, so
   * a connection that waits for the answer must not be handed to anybody else.
   */
  readonly signal?: AbortSignal | undefined
  /** This write should outlive a failover: a store with replicas may wait for one, and says `unconfirmed` else. */
  readonly confirm?: boolean
}

/** How long the engine waits for a store. */
export interface StoreLimits {
  /** For a connection. Default 500. */
  readonly connect?: Milliseconds
  /** For the answer to one step. Default 250. */
  readonly operation?: Milliseconds
}

/** What the people who run a store should know. */
export type StoreNotice =
  /** Sessions that had not ended were dropped to make room. */
  | { readonly type: 'evicted'; readonly count: number }
  /** A setting of the server breaks a promise; said once. */
  | { readonly type: 'warning'; readonly message: string }

/**
 * Bytes under a key until a time. No verb knows what a session is.
 *
 * Every verb is one atomic step and, on a network, one round trip. A store keeps exactly the bytes it is given.
 * An expired value is an absent value. A fault (no connection, no memory) is thrown, never answered as absent:
 * the engine must be able to tell "logged out" from "cannot know". What is thrown counts as a store that is down, except
 * a `StoreRefusedError`: the server answers and refuses (it is full, the user may not), so it is asked again.
 *
 * Time limits, retries and what to do while a store is down are the engine's. A store sends each step once, and fails
 * at once where there is no connection to be had.
 */
export interface SessionStore {
  /** For messages and `describe()`: `memory`, `redis` … */
  readonly name: string
  /** `'ascii'`: values must be printable ASCII, so records are handed over as base64url. */
  readonly holds: 'bytes' | 'ascii'
  /**
   * `false`: a write looks first and then writes, and another one may slip in between. The engine then refuses what
   * would break a promise.
   */
  readonly atomic: boolean
  /** The complete key of a record or a set: adds the store's prefix and, on Redis Cluster, its hash tag. */
  keyOf(id: string): string
  /** The live value of a key, or `undefined` when it is absent or expired. */
  read(key: string, options?: CallOptions): Promise<Stored | undefined>
  /** Writes when `expect` holds. `expiresAt` is a point in time in epoch seconds; a past one makes the key absent. */
  write(key: string, bytes: Bytes, expiresAt: Seconds, expect: Expect, options?: CallOptions): Promise<Written>
  /** Makes a key absent. Deleting an absent key succeeds. */
  delete(key: string, options?: CallOptions): Promise<void>
  /** Mutual exclusion by key, where the store has it. */
  readonly lock?: StoreLock
  /** Sets of keys, where the store has them: they answer "which sessions has this subject". */
  readonly index?: StoreIndex
  /** How long to wait for this store, where the defaults do not fit. */
  readonly limits?: StoreLimits
  /** `false` while there is no connection: the step that opens one is given the connect limit as well. */
  readonly connected?: boolean
  /** Gives up every connection for new ones; what is under way fails. Called after three time-outs in a row. */
  reconnect?(): void
  /** Reports to `listener` what the people who run the store should know, also what happened before. */
  onNotice?(listener: (notice: StoreNotice) => void): void
  [Symbol.asyncDispose]?(): Promise<void>
}

/**
 * A lease on a key, held by whoever knows its random token. It never outlives `lease` seconds without `renew`. The key
 * is the record's own; the store keeps locks and records of one key apart.
 */
export interface StoreLock {
  /** `true` when the lock was free and is now held under `token`. Never waits. */
  acquire(key: string, token: string, lease: Seconds, options?: CallOptions): Promise<boolean>
  /** `true` when `token` still held the lock and its lease now starts again. */
  renew(key: string, token: string, lease: Seconds, options?: CallOptions): Promise<boolean>
  /** Frees the lock if `token` holds it; otherwise does nothing. */
  release(key: string, token: string, options?: CallOptions): Promise<void>
}

/** Sets of members that expire one by one. Adding a member again never shortens its life. */
export interface StoreIndex {
  add(set: string, member: string, expiresAt: Seconds, options?: CallOptions): Promise<void>
  remove(set: string, member: string, options?: CallOptions): Promise<void>
  /** The members that have not expired, in no particular order. */
  members(set: string, options?: CallOptions): Promise<readonly string[]>
}

import type { Opened } from '../contracts/persistence.ts'
import type { Refusal } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import type { PlainObject } from './data.ts'
import type { Hold } from './locking.ts'

/** What the engine last knew of a session: what is stored, and what its data serializes to untouched. */
export interface Snapshot {
  /** `undefined` for a session that was never written. */
  readonly opened: Opened | undefined
  readonly refusal: Refusal | undefined
  /** Data that serializes differently from this is dirty: the stored bytes, or those after schema and `migrate`. */
  readonly baseline: Bytes
  /** The keyed hash of the id, computed when first asked for. */
  readonly fingerprint: () => string
  /** The session's lock, while this request holds it. */
  readonly hold?: Hold | undefined
}

/** A snapshot with its data, ready to be handed to the app. */
export interface Loaded {
  readonly snapshot: Snapshot
  readonly data: PlainObject
}

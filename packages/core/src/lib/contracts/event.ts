import type { Refusal } from './state.ts'

/**
 * What happened to a session. `id` is the keyed hash that `session.id` shows (absent where no session was opened):
 * no event ever carries an id, a cookie, data or a secret.
 */
export type SessionEvent = { readonly id?: string } & (
  | { readonly type: 'created' | 'saved' | 'renewed' | 'touched' | 'rotated' | 'signed-in' | 'destroyed' }
  /** A session of an old cookie became one of ours; `from` is its format. */
  | { readonly type: 'adopted'; readonly from: string }
  /** A presented cookie was not honoured (not emitted for a request without one). */
  | { readonly type: 'refused'; readonly reason: Refusal }
  /** A save met another write; it was merged, or it failed with `SessionConflictError`. */
  | { readonly type: 'conflict'; readonly resolved: boolean }
  /** Another request's values at these paths were overwritten by a merge. */
  | { readonly type: 'overwritten'; readonly paths: readonly string[] }
  /** Unsaved changes were dropped because the response failed (status ≥ 500) or threw. */
  | { readonly type: 'discarded' }
  /** `destroy` where copies of the cookie live on until their deadline. */
  | { readonly type: 'not-revocable' }
  /** A Secure cookie was not set because the request came over plain http from another host. */
  | { readonly type: 'insecure-transport' }
  | { readonly type: 'store-error'; readonly error: unknown }
  /** A rotation or a destroy stands, but too few replicas have confirmed it: a failover may undo it. */
  | { readonly type: 'unconfirmed' }
  /** The store dropped sessions that had not ended, to make room. */
  | { readonly type: 'evicted'; readonly count: number }
  /** A setting of the store breaks a promise. Also said on the console, once. */
  | { readonly type: 'store-warning'; readonly message: string }
)

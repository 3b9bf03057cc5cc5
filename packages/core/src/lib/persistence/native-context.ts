import type { BindableFact } from '../contracts/options.ts'
import type { PersistenceContext } from '../contracts/persistence.ts'
import type { MaybePromise } from '../crypto/types.ts'
import type { Envelope } from '../envelope/envelope.ts'

/** What the built-in persistences get: the envelope itself, whose keys also name the sessions of a subject. */
export interface NativeContext extends PersistenceContext {
  readonly sealer: () => MaybePromise<Envelope>
  /** The client facts that new sessions are bound to. */
  readonly bind: readonly BindableFact[]
}

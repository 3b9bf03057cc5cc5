import type { RotationFacts } from '../contracts/options.ts'
import type { Opened, Step } from '../contracts/persistence.ts'
import type { Claims } from '../contracts/state.ts'
import type { Bytes, Seconds } from '../contracts/store.ts'
import type { Settings } from '../settings/settings.ts'
import { used } from '../settings/times.ts'
import type { PlainObject } from './data.ts'

/** What a verb asks for, beyond writing the handle's unsaved data. */
export interface Intent {
  readonly verb: RotationFacts['verb']
  /** Changes a copy of the newest data; runs again when another write came in between. */
  readonly change?: (data: PlainObject) => void
  readonly signIn?: { readonly subject: string; readonly remember: boolean }
}

/** What a write starts from. */
export interface Situation {
  /** What is stored; `undefined` for a session that was never written. */
  readonly from: Opened | undefined
  readonly data: Bytes
  readonly isDirty: boolean
  /** The bound client facts of this request. */
  readonly bound: Bytes
  readonly now: Seconds
}

/** The step that gets from what is stored to what the intent wants; `undefined` = there is nothing to do. */
export function planStep(settings: Settings, situation: Situation, { verb, signIn }: Intent): Step | undefined {
  const { from, data, isDirty, bound, now } = situation
  const { times, dataVersion, newId } = settings
  if (!isDirty && verb === 'save' && !from?.unissued) return undefined
  if (!from || signIn) {
    const { subject = '', remember = false } = signIn ?? {}
    const at = { began: now, rolled: now, touched: now }
    const next = { claims: { ...at, id: newId(), remember, stale: false, subject, bound, dataVersion }, data }
    return from ? { do: 'rotate', grace: 0, next } : { do: 'create', next }
  }
  const { claims } = from.state
  const facts: RotationFacts = { verb, age: now - claims.rolled, handedOff: from.handedOff }
  const saved: Claims = { ...used(claims, times, now, true), bound, dataVersion }
  return settings.strategy(facts) === 'rotate'
    ? { do: 'rotate', grace: times.discard, next: { claims: { ...saved, id: newId() }, data } }
    : { do: 'save', next: { claims: saved, data } }
}

import { firstKey, KIND } from '../octets.ts'
import { findRecord } from '../records.ts'
import type { Shared } from '../shared.ts'

/** What a dictionary consists of. */
export interface Audit {
  readonly keys: number
  readonly places: number
  readonly ends: number
  /** Keys that lead nowhere, or to a record of another key. */
  readonly stray: number
}

/** Counts the entries of all records; each should have one of every kind. */
export function audit({ records }: Shared): Audit {
  records.resetReadTxn()
  const entries = (kind: number) => [...records.getKeys({ start: firstKey(kind), end: firstKey(kind + 1) })]
  const keys = entries(KIND.key)
  const stray = keys.filter((key) => {
    const record = findRecord(records, key)
    return !record || !Buffer.from(record.key).equals(key)
  })
  return { keys: keys.length, places: entries(KIND.place).length, ends: entries(KIND.end).length, stray: stray.length }
}

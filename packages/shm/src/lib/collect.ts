import { findCell, putCell, removeCell } from './cells.ts'
import type { Dictionary } from './dictionary.ts'
import { endKey, firstKey, KIND, nameOfEnd, newStamp } from './octets.ts'
import { findRecord, movedTo, placedAt, removeRecord, replaceRecord } from './records.ts'
import type { Table } from './shared.ts'

const nameless = new Uint8Array()

/**
 * Removes what has ended, the earliest first, and looks at no more than `most` things of a table.
 * @returns how many of them were dealt with.
 */
export async function collectExpired(dictionary: Dictionary, most: number): Promise<number> {
  const { records, held } = dictionary.shared
  const changes = [
    ...dictionary.look(() => dueNames(dictionary, records, most)).map((name) => collectRecord(dictionary, name)),
    ...dictionary.look(() => dueNames(dictionary, held, most)).map((name) => collectCell(dictionary, name)),
  ]
  const done = await Promise.all(changes)
  return done.filter(Boolean).length
}

function dueNames({ now }: Dictionary, table: Table, limit: number): Uint8Array[] {
  const end = endKey(now() / 1000 + 1, nameless)
  return [...table.getKeys({ start: firstKey(KIND.end), end, limit })].map(nameOfEnd)
}

async function collectRecord(dictionary: Dictionary, key: Uint8Array): Promise<boolean> {
  const { records } = dictionary.shared
  const record = dictionary.look(() => findRecord(records, key))
  if (!record) return false
  const isLive = record.expiresAt * 1000 > dictionary.now()
  if (!isLive) return await dictionary.remove(() => removeRecord(records, record))
  const later = movedTo(record, placedAt(record), record.expiresAt)
  return await dictionary.change(0, () => replaceRecord(records, record, later))
}

async function collectCell(dictionary: Dictionary, key: Uint8Array): Promise<boolean> {
  const { held } = dictionary.shared
  const cell = dictionary.look(() => findCell(held, key))
  if (!cell) return false
  const isLive = cell.until > dictionary.now()
  if (!isLive) return await dictionary.remove(() => removeCell(held, cell))
  const later = { ...cell, endsAt: Math.ceil(cell.until / 1000), stamp: newStamp() }
  return await dictionary.change(0, () => putCell(held, cell, later))
}

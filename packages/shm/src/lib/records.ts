import type { Bytes, Milliseconds, Seconds } from '@sojourn/core/store'
import {
  endKey,
  newPlace,
  readStamp,
  readTime,
  STAMP_BYTES,
  timeOfPlace,
  view,
  writeStamp,
  writeTime,
} from './octets.ts'
import type { Table } from './shared.ts'

/**
 * A record lies at a place, where places sort by the time of last use; its key leads there. One entry more sorts by when
 * it ends, at the latest `expiresAt`: extending a record leaves that entry alone, and whoever finds it moves it on.
 * A change depends on place and stamp. Places never come back, and every write gives another stamp.
 */
export interface Position {
  /** Of kind `key`. */
  readonly key: Uint8Array
  readonly place: Uint8Array
  /** Its revision. */
  readonly stamp: number
  readonly expiresAt: Seconds
  /** When its entry among the ends says to look. */
  readonly endsAt: Seconds
  /** What it takes in the file, without the page it is on. */
  readonly size: number
}

export interface ShmRecord extends Position {
  readonly bytes: Uint8Array
}

const EXPIRES_AT = STAMP_BYTES
const ENDS_AT = EXPIRES_AT + 6
const KEY_LENGTH = ENDS_AT + 6
const KEY_AT = KEY_LENGTH + 2

export function findRecord(table: Table, key: Uint8Array): ShmRecord | undefined {
  const place = table.getBinary(key)
  const value = place && table.getBinary(place)
  return value && recordOf(place, value)
}

export function recordOf(place: Uint8Array, value: Uint8Array): ShmRecord {
  const octets = view(value)
  const bytesAt = KEY_AT + octets.readUInt16BE(KEY_LENGTH)
  return {
    key: octets.subarray(KEY_AT, bytesAt),
    place,
    stamp: readStamp(octets),
    expiresAt: readTime(octets, EXPIRES_AT),
    endsAt: readTime(octets, ENDS_AT),
    size: octets.length,
    bytes: octets.subarray(bytesAt),
  }
}

export const sizeOfRecord = (key: Uint8Array, bytes: Uint8Array): number => KEY_AT + key.length + bytes.length

export const placedAt = (record: Position): Milliseconds => timeOfPlace(record.place)

/** Resolves to `false` where the key leads to a record already. */
export function createRecord(table: Table, record: ShmRecord): Promise<boolean> {
  const value = octetsOf(record)
  return table.ifNoExists(record.key, () => {
    void table.put(record.key, record.place)
    void table.put(record.place, value)
    void table.put(endKey(record.endsAt, record.key), nothing)
  })
}

/** Resolves to `false` where the old record is not there any more, or not as it was. */
export function replaceRecord(table: Table, old: Position, record: ShmRecord): Promise<boolean> {
  const value = octetsOf(record)
  if (record.place === old.place && record.endsAt === old.endsAt) return table.put(old.place, value, 0, old.stamp)
  return table.ifVersion(old.place, old.stamp, () => {
    if (record.place !== old.place) {
      void table.remove(old.place)
      void table.put(record.key, record.place)
    }
    void table.put(record.place, value)
    if (record.endsAt === old.endsAt) return
    void table.remove(endKey(old.endsAt, old.key))
    void table.put(endKey(record.endsAt, record.key), nothing)
  })
}

/** Resolves to `false` where the record is not there any more, or not as it was. */
export function removeRecord(table: Table, old: Position): Promise<boolean> {
  return table.ifVersion(old.place, old.stamp, () => {
    void table.remove(old.place)
    void table.remove(old.key)
    void table.remove(endKey(old.endsAt, old.key))
  })
}

/** The same record at a new place: as recently used as `at` says. */
export const movedTo = (record: ShmRecord, at: Milliseconds, endsAt: Seconds = record.endsAt): ShmRecord => ({
  ...record,
  place: newPlace(at),
  endsAt,
})

const nothing: Bytes = new Uint8Array()

function octetsOf({ key, stamp, expiresAt, endsAt, size, bytes }: ShmRecord): Buffer {
  const value = Buffer.allocUnsafe(size)
  writeStamp(value, stamp)
  writeTime(value, expiresAt, EXPIRES_AT)
  writeTime(value, endsAt, ENDS_AT)
  value.writeUInt16BE(key.length, KEY_LENGTH)
  value.set(key, KEY_AT)
  value.set(bytes, KEY_AT + key.length)
  return value
}

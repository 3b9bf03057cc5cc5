import type { Bytes, Milliseconds, Seconds } from '@sojourn/core/store'
import { endKey, readStamp, readTime, STAMP_BYTES, view, writeStamp, writeTime } from './octets.ts'
import type { Table } from './shared.ts'

/** A lock, or a member of a set. A change depends on the stamp, which every write renews. */
export interface Cell {
  readonly key: Uint8Array
  readonly stamp: number
  readonly until: Milliseconds
  /** When its entry among the ends says to look; at the latest when it ends. */
  readonly endsAt: Seconds
  readonly text: string
}

const UNTIL = STAMP_BYTES
const ENDS_AT = UNTIL + 6
const TEXT = ENDS_AT + 6

export function findCell(table: Table, key: Uint8Array): Cell | undefined {
  const value = table.getBinary(key)
  return value && cellOf(key, value)
}

export function cellOf(key: Uint8Array, value: Uint8Array): Cell {
  const octets = view(value)
  return {
    key,
    stamp: readStamp(octets),
    until: readTime(octets, UNTIL),
    endsAt: readTime(octets, ENDS_AT),
    text: octets.toString('utf8', TEXT),
  }
}

/** Resolves to `false` where the old cell is not there any more, or not as it was; or where one is and none was. */
export function putCell(table: Table, old: Cell | undefined, cell: Cell): Promise<boolean> {
  const value = octetsOf(cell)
  if (!old)
    return table.ifNoExists(cell.key, () => {
      void table.put(cell.key, value)
      void table.put(endKey(cell.endsAt, cell.key), nothing)
    })
  if (old.endsAt === cell.endsAt) return table.put(cell.key, value, 0, old.stamp)
  return table.ifVersion(cell.key, old.stamp, () => {
    void table.put(cell.key, value)
    void table.remove(endKey(old.endsAt, cell.key))
    void table.put(endKey(cell.endsAt, cell.key), nothing)
  })
}

/** Resolves to `false` where the cell is not there any more, or not as it was. */
export function removeCell(table: Table, old: Cell): Promise<boolean> {
  return table.ifVersion(old.key, old.stamp, () => {
    void table.remove(old.key)
    void table.remove(endKey(old.endsAt, old.key))
  })
}

const nothing: Bytes = new Uint8Array()

function octetsOf({ stamp, until, endsAt, text }: Cell): Buffer {
  const value = Buffer.alloc(TEXT + Buffer.byteLength(text))
  writeStamp(value, stamp)
  writeTime(value, until, UNTIL)
  writeTime(value, endsAt, ENDS_AT)
  value.write(text, TEXT)
  return value
}

import {
  type Bytes,
  type CallOptions,
  type Expect,
  type Milliseconds,
  type Revision,
  type Seconds,
  type Stored,
  StoreRefusedError,
  type Written,
} from '@sojourn/core/store'
import type { Dictionary } from './dictionary.ts'
import { KIND, newPlace, newStamp, textKey } from './octets.ts'
import { pagesFor } from './pages.ts'
import {
  createRecord,
  findRecord,
  movedTo,
  type Position,
  placedAt,
  removeRecord,
  replaceRecord,
  type ShmRecord,
  sizeOfRecord,
} from './records.ts'

/** How exactly the order of use is kept, at most: writing it down costs as much as a write. */
const USED_EVERY = 60_000
/** And at least, as a part of the time between the last use of a record and its eviction. */
const PART_OF_LIFE = 1 / 8

export function readValue(dictionary: Dictionary, name: string): Stored | undefined {
  const key = textKey(KIND.key, name)
  const record = dictionary.look(() => findRecord(dictionary.shared.records, key))
  if (!record || !isLive(record, dictionary.now())) return undefined
  if (!noteUse(dictionary, record)) dictionary.recent.note(name, record, key)
  return { bytes: new Uint8Array(record.bytes), revision: revisionOf(record.stamp) }
}

export async function writeValue(
  dictionary: Dictionary,
  name: string,
  bytes: Bytes,
  expiresAt: Seconds,
  expect: Expect,
  call: CallOptions | undefined,
): Promise<Written> {
  const key = textKey(KIND.key, name)
  const wanted = { key, stamp: newStamp(), expiresAt, size: sizeOfRecord(key, bytes), bytes }
  if (wanted.size > dictionary.size / 2)
    throw new StoreRefusedError(`shmStore holds values up to half of its size, not ${bytes.length} bytes.`)
  const written: Written = { ok: true, revision: revisionOf(wanted.stamp) }
  for (let recent = dictionary.recent.take(name); ; recent = undefined) {
    const now = dictionary.now()
    const isRecent = recent !== undefined && isLive(recent, now) && revisionOf(recent.stamp) === expect
    const found = isRecent ? recent : dictionary.look(() => findRecord(dictionary.shared.records, key))
    const refused = refusalOf(found && isLive(found, now) ? found : undefined, expect)
    if (refused) return { ok: false, why: refused }
    if (!isLive(wanted, now)) {
      if (!found || (await removeFound(dictionary, found, call))) return written
    } else if (await putFound(dictionary, found, wanted, now, call)) return written
    call?.signal?.throwIfAborted()
  }
}

export async function deleteValue(dictionary: Dictionary, name: string, call: CallOptions | undefined): Promise<void> {
  const key = textKey(KIND.key, name)
  while (true) {
    const found = dictionary.look(() => findRecord(dictionary.shared.records, key))
    if (!found || (await removeFound(dictionary, found, call))) return
    call?.signal?.throwIfAborted()
  }
}

const removeFound = (dictionary: Dictionary, found: Position, call: CallOptions | undefined): Promise<boolean> =>
  dictionary.remove(() => removeRecord(dictionary.shared.records, found), call)

/** Resolves to `false` when somebody else was first, or room had to be made meanwhile. */
async function putFound(
  dictionary: Dictionary,
  found: Position | undefined,
  wanted: Omit<ShmRecord, 'place' | 'endsAt'>,
  now: Milliseconds,
  call: CallOptions | undefined,
): Promise<boolean> {
  const { records } = dictionary.shared
  const stays = found && now - placedAt(found) < usedEvery(dictionary, now)
  const endsAt = found ? Math.min(wanted.expiresAt, found.endsAt) : wanted.expiresAt
  const record: ShmRecord = { ...wanted, place: stays ? found.place : newPlace(now), endsAt }
  const growth = stays && record.size <= found.size ? 0 : 1 + pagesFor(record.size)
  if (!dictionary.room.has(growth)) {
    await dictionary.room.make(growth)
    return false
  }
  return await dictionary.change(
    growth,
    () => (found ? replaceRecord(records, found, record) : createRecord(records, record)),
    call,
  )
}

/** Moves a record that is read to the end of the line, unless it was there lately. Nobody waits for that. */
function noteUse(dictionary: Dictionary, record: ShmRecord): boolean {
  const now = dictionary.now()
  if (now - placedAt(record) < usedEvery(dictionary, now) || dictionary.isBusy) return false
  const growth = 1 + pagesFor(record.size)
  if (!dictionary.room.has(growth)) return false
  const moved = movedTo(record, now)
  void dictionary.change(growth, () => replaceRecord(dictionary.shared.records, record, moved)).catch(() => false)
  return true
}

function usedEvery({ shared: { evictedFrom } }: Dictionary, now: Milliseconds): Milliseconds {
  return evictedFrom === undefined ? USED_EVERY : Math.min(USED_EVERY, (now - evictedFrom) * PART_OF_LIFE)
}

function refusalOf(found: Position | undefined, expect: Expect): 'exists' | 'changed' | 'gone' | undefined {
  if (expect === 'any') return undefined
  if (expect === 'absent') return found && 'exists'
  if (!found) return 'gone'
  return revisionOf(found.stamp) === expect ? undefined : 'changed'
}

const isLive = ({ expiresAt }: Pick<Position, 'expiresAt'>, now: Milliseconds): boolean => expiresAt * 1000 > now

const revisionOf = (stamp: number): Revision => String(stamp) as Revision

import type { Bytes, Revision, Seconds } from '../contracts/store.ts'

export interface MemoryRecord {
  readonly bytes: Bytes
  readonly expiresAt: Seconds
  readonly revision: Revision
}

export interface MemoryLease {
  readonly token: string
  /** Epoch milliseconds: a lease counts from the instant it was taken. */
  readonly until: number
}

/** Members of one set and when each of them ends. */
export type MemorySet = Map<string, Seconds>

/**
 * All that the memory stores of one name share. Plain data without methods: copies of this module, each with its own
 * functions, work on the same object.
 */
export interface MemorySpace {
  /** In the order of use, the least recently used first. */
  readonly records: Map<string, MemoryRecord>
  /** Keys and values of `records`, in bytes. */
  recordBytes: number
  readonly locks: Map<string, MemoryLease>
  readonly sets: Map<string, MemorySet>
  /** Members of all `sets`, and their names with the name of their set, in bytes. */
  members: number
  memberBytes: number
  /** Where the search for what has expired goes on. Kept here, so that an idle copy of the module holds nothing. */
  readonly recordWalk: Walk<string>
  readonly lockWalk: Walk<string>
  readonly memberWalk: Walk<readonly [set: string, member: string]>
}

/** Goes round a live collection for ever; `undefined` marks the end of each round. */
type Walk<T> = Iterator<T | undefined>

interface Shared {
  /** Counts every write of every space, so no key ever sees a revision twice, whatever happened to it in between. */
  revision: number
  readonly spaces: Map<string, MemorySpace>
}

/** One object for the whole process: bundlers load this module several times (Next up to four times). */
function shared(): Shared {
  const key: unique symbol = Symbol.for('sojourn.memory-store')
  const holder = globalThis as { [key]?: Shared }
  holder[key] ??= { revision: 0, spaces: new Map() }
  return holder[key]
}

export function memorySpace(name: string): MemorySpace {
  const { spaces } = shared()
  const existing = spaces.get(name)
  if (existing) return existing
  const created = emptySpace()
  spaces.set(name, created)
  return created
}

/** A revision that no write of this process had before. In digits: base 36 would one day count to `any`. */
export function nextRevision(): Revision {
  return String(++shared().revision) as Revision
}

/**
 * Looks at the next `looks` things of a walk. Two looks for each thing added are enough for the search to get round
 * however much is added; as many looks as there are things see all of them.
 */
export function lookAround<T>(walk: Walk<T>, looks: number, look: (found: T) => void): void {
  for (let taken = 0; taken <= looks; taken++) {
    const found = walk.next().value
    if (found !== undefined) look(found)
  }
}

export function clearSpace(space: MemorySpace): void {
  space.records.clear()
  space.locks.clear()
  for (const members of space.sets.values()) members.clear()
  space.sets.clear()
  space.recordBytes = space.members = space.memberBytes = 0
}

function emptySpace(): MemorySpace {
  const records = new Map<string, MemoryRecord>()
  const locks = new Map<string, MemoryLease>()
  const sets = new Map<string, MemorySet>()
  return {
    records,
    recordBytes: 0,
    locks,
    sets,
    members: 0,
    memberBytes: 0,
    recordWalk: roundAndRound(() => records.keys()),
    lockWalk: roundAndRound(() => locks.keys()),
    memberWalk: roundAndRound(() => membersOf(sets)),
  }
}

function* roundAndRound<T>(collection: () => Iterable<T>): Generator<T | undefined, undefined> {
  while (true) {
    yield* collection()
    yield undefined
  }
}

function* membersOf(sets: Map<string, MemorySet>): Generator<readonly [set: string, member: string]> {
  for (const [set, members] of sets) for (const member of members.keys()) yield [set, member]
}

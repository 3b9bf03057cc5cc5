import type { SessionEvent } from '../contracts/event.ts'
import type { OnConflict } from '../contracts/options.ts'
import type { Milliseconds } from '../contracts/store.ts'
import { SessionConflictError } from '../errors.ts'
import type { DataFormat, PlainObject } from './data.ts'
import { merge } from './merge.ts'
import { pause } from './pause.ts'
import { type InTurn, turns } from './turns.ts'

/** Writes of other processes that one save may meet before it gives up: two busy ones can win ten times in a row. */
const MOST_TRIES = 40
/** How much longer the pause gets with every try, and how long at most. */
const PAUSE_STEP: Milliseconds = 5
const LONGEST_PAUSE: Milliseconds = 100

/** The three sides of a conflict: what both started from, what this request made of it, what is stored now. */
export interface Sides {
  readonly base: PlainObject
  readonly mine: PlainObject
  readonly theirs: PlainObject
}

/** What a persistence with concurrent writers needs on top of the engine. Without one, a bundler drops all of it. */
export interface Merging {
  /**
   * Requests of one session in one process take turns to write, so compare-and-set is tried again only for writers in
   * other processes, however many requests there are.
   */
  readonly inTurn: InTurn
  /** The data to write instead, the `tries`-th time another write came in between. Throws `SessionConflictError`. */
  resolve(
    sides: Sides,
    policy: OnConflict,
    format: DataFormat,
    tries: number,
    emit: (event: SessionEvent) => void,
  ): Promise<PlainObject>
}

export function merging(): Merging {
  return {
    inTurn: turns(),

    async resolve({ base, mine, theirs }, policy, format, tries, emit) {
      const { data, overwritten, conflicts } = merge(base, mine, theirs, policy, format)
      const resolved = conflicts.length === 0 && tries < MOST_TRIES
      emit({ type: 'conflict', resolved })
      if (!resolved) throw conflictError(conflicts)
      if (overwritten.length > 0) emit({ type: 'overwritten', paths: overwritten })
      if (tries > 1) await pause(0, Math.min(PAUSE_STEP * tries, LONGEST_PAUSE))
      return data
    },
  }
}

function conflictError(paths: readonly string[]): SessionConflictError {
  const where = paths.map((path) => `\`${path}\``).join(', ')
  return new SessionConflictError(
    where
      ? `Another request changed ${where} as well. Change it inside session.update(), which runs on the newest data.`
      : `Other requests changed the session ${MOST_TRIES} times in between.`,
    paths,
  )
}

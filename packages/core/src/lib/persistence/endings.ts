import type { Moment } from '../contracts/persistence.ts'
import type { Bytes, Expect } from '../contracts/store.ts'
import { encodeDead } from '../envelope/payload.ts'
import { isRefusal } from './guarded-store.ts'
import { MOST_HOPS, type Records } from './records.ts'
import { TimeLimitError } from './time-limit.ts'

/** How long a destroyed session is remembered as such, so that a slow request cannot take it for a free key. */
export const TOMBSTONE_SECONDS = 60
/** Writers that keep coming in between: more than any real session has at once. */
const MOST_TRIES = 8
/** How far an ending goes: further than `MOST_HOPS`, because a live successor left over would be a logout undone. */
const MOST_SUCCESSORS = 8 * MOST_HOPS

/** What an ending has to know of the id that it ends. */
interface Ending {
  /** An id whose record may yet be written: a login that is half done fails. */
  readonly absentAsWell: boolean
  /** Successors that live on, with what leads to them. */
  readonly keeps: (id: Bytes) => Promise<boolean>
}

/** Makes records dead, so that whoever still holds one finds it so. */
export class Endings {
  readonly #records: Records

  constructor(records: Records) {
    this.#records = records
  }

  /** Ends a session, whoever writes it meanwhile. `known` is its revision, where the caller has read it. */
  async end(id: Bytes, known: Expect | undefined, call: Moment): Promise<void> {
    await this.#end(id, known, call, MOST_SUCCESSORS, { absentAsWell: false, keeps: async () => false })
  }

  /** The same for an id whose record may yet be written, unless it leads to one to keep. Whether it was live. */
  async forestall(id: Bytes, keeps: Ending['keeps'], call: Moment): Promise<boolean> {
    return this.#end(id, undefined, call, MOST_SUCCESSORS, { absentAsWell: true, keeps })
  }

  /** Successors first: whoever finds the old record dead no longer finds them. */
  async #end(id: Bytes, known: Expect | undefined, call: Moment, hops: number, ending: Ending): Promise<boolean> {
    let expect = known
    let wasLive = known !== undefined
    let isFull = false
    let isUnsure = false
    for (let tries = 0; tries < MOST_TRIES && !isFull; tries++) {
      try {
        if (expect !== undefined && (await this.#bury(id, expect, call))) return wasLive
      } catch (error) {
        isFull = isRefusal(error instanceof Error && error.cause)
        // Who waited in vain once need not wait for two more answers, and a store that fails twice is down. A store
        // that refuses cannot be kept from writing this id later.
        if (isFull ? expect === 'absent' : isUnsure || isTimeout(error)) throw error
        isUnsure = !isFull
      }
      const found = await this.#records.read(id, call)
      if (found === 'not-found') {
        if (!ending.absentAsWell) return wasLive
        expect = 'absent'
        wasLive = false
        continue
      }
      if (typeof found === 'string') break
      // A tombstone of which nobody knows how many replicas have it is written again.
      if (found.kind === 'dead' && !isUnsure) return false
      if (found.kind === 'moved' && hops > 0) {
        if (await ending.keeps(found.successor)) return false
        wasLive = await this.#end(found.successor, undefined, call, hops - 1, ending)
      } else if (found.kind !== 'dead') wasLive = found.kind === 'live'
      expect = found.revision
    }
    // A full store refuses to write and still deletes. A tombstone is better; an absent record is as final.
    await this.#records.delete(id, call)
    return wasLive
  }

  /** `false`: somebody else wrote in between. */
  async #bury(id: Bytes, expect: Expect, call: Moment): Promise<boolean> {
    const until = call.now + TOMBSTONE_SECONDS
    const result = await this.#records.turn(id, encodeDead({ until }), until, expect, call)
    return result.ok || result.why === 'gone'
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.cause instanceof TimeLimitError

import type { Moment } from '../contracts/persistence.ts'
import type { Bytes, Expect } from '../contracts/store.ts'
import { encodeDead } from '../envelope/payload.ts'
import { MOST_HOPS, type Records } from './records.ts'
import { TimeLimitError } from './time-limit.ts'

/** How long a destroyed session is remembered as such, so that a slow request cannot take it for a free key. */
export const TOMBSTONE_SECONDS = 60
/** Writers that keep coming in between: more than any real session has at once. */
const MOST_TRIES = 8

/** Makes records dead, so that whoever still holds one finds it so. */
export class Endings {
  readonly #records: Records

  constructor(records: Records) {
    this.#records = records
  }

  /** Ends a session, whoever writes it meanwhile. `known` is its revision, where the caller has read it. */
  async end(id: Bytes, known: Expect | undefined, call: Moment): Promise<void> {
    await this.#end(id, known, call, MOST_HOPS, false)
  }

  /** The same for an id whose record may yet be written: a login that is half done fails. Whether there was one. */
  async forestall(id: Bytes, call: Moment): Promise<boolean> {
    return this.#end(id, undefined, call, MOST_HOPS, true)
  }

  /** Successors first: whoever finds the old record dead no longer finds them. */
  async #end(
    id: Bytes,
    known: Expect | undefined,
    call: Moment,
    hops: number,
    absentAsWell: boolean,
  ): Promise<boolean> {
    let expect = known
    let isFull = false
    for (let tries = 0; tries < MOST_TRIES && !isFull; tries++) {
      const buried = expect !== undefined && (await this.#bury(id, expect, call))
      if (buried === 'done') return expect !== 'absent'
      isFull = buried === 'refused'
      const found = await this.#records.read(id, call)
      if (found === 'not-found') {
        if (!absentAsWell) return false
        expect = 'absent'
        continue
      }
      if (typeof found === 'string') break
      if (found.kind === 'dead') return false
      if (found.kind === 'moved' && hops > 0) await this.#end(found.successor, undefined, call, hops - 1, absentAsWell)
      expect = found.revision
    }
    // A full store refuses to write and still deletes. A tombstone is better; an absent record is as final.
    await this.#records.delete(id, call)
    return true
  }

  /** `refused`: the store threw, so nobody knows what is there now. */
  async #bury(id: Bytes, expect: Expect, call: Moment): Promise<'done' | 'changed' | 'refused'> {
    const until = call.now + TOMBSTONE_SECONDS
    try {
      const result = await this.#records.turn(id, encodeDead({ until }), until, expect, call)
      return result.ok || result.why === 'gone' ? 'done' : 'changed'
    } catch (error) {
      // Who waited in vain once need not wait for two more answers.
      if (error instanceof Error && error.cause instanceof TimeLimitError) throw error
      return 'refused'
    }
  }
}

import type { Moment, SubjectSessions } from '../contracts/persistence.ts'
import type { State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import type { Endings } from './endings.ts'
import type { Records } from './records.ts'

/** Records that are asked for at a time, so that a subject with very many sessions does not fill the store's queue. */
const AT_ONCE = 32

/** The sessions of a subject by the store's index. The index may be behind; the records have the last word. */
export function recordSubjects(records: Records, endings: Endings): SubjectSessions {
  return {
    async list(subject, moment) {
      const states = await inBatches(await records.listed(subject, moment), async (id): Promise<State | undefined> => {
        const record = await records.read(id, moment)
        const isLive = typeof record === 'object' && record.kind === 'live'
        // Who can write to the store can put the entry of one subject under another.
        return isLive && record.state.claims.subject === subject ? record.state : undefined
      })
      return states.filter((state) => state !== undefined)
    },

    async end(subject, keeps, moment) {
      const ended = await inBatches(await records.listed(subject, moment), async (id) => {
        if (await keeps(id)) return false
        const wasLive = await endings.forestall(id, keeps, moment)
        await forget(subject, id, moment)
        return wasLive
      })
      return ended.filter(Boolean).length
    },
  }

  /** An entry that stays behind leads to a dead record, and expires. */
  async function forget(subject: string, id: Bytes, moment: Moment): Promise<void> {
    await records.delist(subject, id, moment).catch(() => undefined)
  }
}

async function inBatches<T>(ids: readonly Bytes[], ask: (id: Bytes) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE)
    answers.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map(ask))))
  return answers
}

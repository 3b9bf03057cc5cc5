import { randomInt } from 'node:crypto'
import { type Bytes, type CallOptions, type Seconds, type StoreIndex, turns } from '@sojourn/core/store'
import { timeToLive } from './commands.ts'
import type { Values } from './values.ts'

/** Members, and when each of them ends. */
type Members = Map<string, Seconds>

/** How often another process may get in between, before it is a fault. */
const MOST_ATTEMPTS = 50
/** Milliseconds. */
const LONGEST_PAUSE = 4

/** Two that go on at once stay in step, and the same one is late every time. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, randomInt(LONGEST_PAUSE)))

/**
 * Sets in one value each, a JSON list of members with their times. To change one is to read it and to compare-and-set;
 * members that have ended go with the next change. What does not fit into an item any more is refused.
 */
export function memcachedIndex(values: Values): StoreIndex {
  const inTurn = turns()

  /** @param apply changes the members, or answers `false` where there is nothing to change */
  async function change(
    set: string,
    apply: (members: Members) => boolean,
    call: CallOptions | undefined,
  ): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      if (attempt > 0) await pause()
      const found = await values.get(set, call?.signal)
      const members = found ? liveMembers(found.bytes) : new Map<string, Seconds>()
      if (!apply(members)) return
      if (members.size > 0) {
        const written = await values.set(
          set,
          encoded(members),
          setTtl(members),
          found?.revision ?? 'absent',
          call?.signal,
        )
        if (written.ok) return
      } else if (!found || (await values.delete(set, found.revision, call?.signal))) return
    }
    throw new Error(`A set in memcached was changed by others ${MOST_ATTEMPTS} times in a row.`)
  }

  return {
    async add(set: string, member: string, expiresAt: Seconds, call?: CallOptions): Promise<void> {
      const apply = (members: Members): boolean => {
        if (!isLive(expiresAt) || (members.get(member) ?? 0) >= expiresAt) return false
        members.set(member, expiresAt)
        return true
      }
      await inTurn(set, () => change(set, apply, call))
    },

    async remove(set: string, member: string, call?: CallOptions): Promise<void> {
      await inTurn(set, () => change(set, (members) => members.delete(member), call))
    },

    async members(set: string, call?: CallOptions): Promise<readonly string[]> {
      const found = await values.get(set, call?.signal)
      return found ? [...liveMembers(found.bytes).keys()] : []
    },
  }
}

const isLive = (expiresAt: Seconds): boolean => expiresAt * 1000 > Date.now()

/** memcached ends things up to a second early; the members say by themselves when they end. */
const setTtl = (members: Members): number => timeToLive(Math.max(...members.values()) + 1, Date.now())

const encoded = (members: Members): Bytes => new TextEncoder().encode(JSON.stringify([...members]))

function liveMembers(bytes: Bytes): Members {
  const entries: unknown = JSON.parse(new TextDecoder().decode(bytes))
  if (!Array.isArray(entries) || !entries.every(isEntry))
    throw new TypeError('A set in memcached holds something else.')
  return new Map(entries.filter(([, expiresAt]) => isLive(expiresAt)))
}

const isEntry = (entry: unknown): entry is [string, Seconds] =>
  Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number'

import { SessionUnavailableError } from '@sojourn/core'
import type { CallOptions, Moment, Seconds, SessionStore } from '@sojourn/core/persistence'
import { turns } from '@sojourn/core/store'
import { fromUtf8, toUtf8 } from '../shared/encoding.ts'
import { readV4IndexList, type V4IndexList, writeV4IndexList } from '../v4/index-list.ts'
import type { V4NameStyle } from '../v4/storage-names.ts'

/** Sets of storage keys that expire one by one, as lua-resty-session keeps them in one kind of storage. */
export interface IndexSets {
  add(name: string, key: string, expiresAt: Seconds, call: Moment): Promise<void>
  /** Lets a key expire earlier than it was added for. */
  shorten(name: string, key: string, expiresAt: Seconds, call: Moment): Promise<void>
  remove(name: string, key: string, call: Moment): Promise<void>
  keys(name: string, call: Moment): Promise<readonly string[]>
}

/** @returns `undefined` where the store lacks what this kind of storage needs */
export function indexSetsOf(store: SessionStore, style: V4NameStyle): IndexSets | undefined {
  return style === 'redis' ? sortedSets(store) : textLists(store)
}

/** Redis: a sorted set, in which the score of a key is when it expires. */
function sortedSets({ index }: SessionStore): IndexSets | undefined {
  return (
    index && {
      add: (name, key, expiresAt, call) => index.add(name, key, expiresAt, optionsOf(call)),
      // Adding never shortens. A revocation just between the two misses a key that lives for seconds.
      async shorten(name, key, expiresAt, call) {
        await index.remove(name, key, optionsOf(call))
        await index.add(name, key, expiresAt, optionsOf(call))
      },
      remove: (name, key, call) => index.remove(name, key, optionsOf(call)),
      keys: (name, call) => index.members(name, optionsOf(call)),
    }
  )
}

/** How often others may get in between before it is a fault. */
const MOST_TRIES = 50
/**
 * What lua-resty-session appends keeps the time to live that it finds, and may live longer than what is there already:
 * so a list gets the longest that there is.
 */
const LIST_TTL: Seconds = 400 * 86_400

/** Everything else: a text, to which lua-resty-session appends. Here it is written anew, if it is still what was read. */
function textLists(store: SessionStore): IndexSets {
  const inTurn = turns()

  async function read(name: string, call: Moment) {
    const stored = await store.read(name, optionsOf(call))
    const list: V4IndexList = readV4IndexList(stored ? (fromUtf8(stored.bytes) ?? '') : '', call.now)
    return { stored, list: new Map(list) }
  }

  const change = (name: string, apply: (list: Map<string, Seconds>) => void, call: Moment): Promise<void> =>
    inTurn(name, async () => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const { stored, list } = await read(name, call)
        apply(list)
        if (!stored && list.size === 0) return
        const until = list.size > 0 ? call.now + LIST_TTL : 0
        const expected = stored?.revision ?? 'absent'
        const text = toUtf8(writeV4IndexList(list) || ';')
        if ((await store.write(name, text, until, expected, optionsOf(call))).ok) return
      }
      throw new SessionUnavailableError(`An index in ${store.name} was changed by others ${MOST_TRIES} times in a row.`)
    })

  const add: IndexSets['add'] = (name, key, expiresAt, call) => change(name, (list) => list.set(key, expiresAt), call)

  return {
    add,
    shorten: add,
    remove: (name, key, call) => change(name, (list) => list.delete(key), call),
    keys: async (name, call) => [...(await read(name, call)).list.keys()],
  }
}

/** All that a store may know of a request. */
export const optionsOf = ({ signal }: Moment): CallOptions => ({ signal })

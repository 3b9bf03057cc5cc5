import type { Seconds, SessionStore } from '@sojourn/core'
import type { Operation } from '../linearizability/history.ts'
import { type RandomOperations, randomOperations } from '../linearizability/random-operations.ts'

/** Work for a process to do on a store while another process does the same. */
export interface Jobs {
  /** Adds one to the number under `key`, `times` times, four at a time, by compare-and-set. */
  readonly count: { readonly key: string; readonly times: number; readonly expiresAt: Seconds }
  /** The same one after the other and without compare-and-set: under the lock of `key`. */
  readonly countLocked: { readonly key: string; readonly times: number; readonly expiresAt: Seconds }
  /** Creates each key, as `'absent'`. Answers whether it was the first. */
  readonly create: { readonly keys: readonly string[]; readonly expiresAt: Seconds }
  /** Adds each member to the set. */
  readonly addMembers: { readonly set: string; readonly members: readonly string[]; readonly expiresAt: Seconds }
  /** Reads, writes and deletes at random, and tells what happened when. */
  readonly operate: RandomOperations
}

export type JobName = keyof Jobs

/** What each job answers with: plain data, as it goes from one process to another. */
export interface JobResults {
  readonly count: null
  readonly countLocked: null
  readonly create: readonly boolean[]
  readonly addMembers: null
  readonly operate: readonly Operation[]
}

/** Nobody loses this often; who does has met a store that refuses for ever. */
const MOST_ATTEMPTS = 5000
const LEASE: Seconds = 30
const PARALLEL = 4

export const numberBytes = (value: number): Uint8Array<ArrayBuffer> => new TextEncoder().encode(String(value))
export const numberOf = (bytes: Uint8Array | undefined): number => Number(new TextDecoder().decode(bytes))

export async function increment(store: SessionStore, key: string, expiresAt: Seconds): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const found = await store.read(key)
    if (!found) throw new Error('The counter is gone.')
    const written = await store.write(key, numberBytes(numberOf(found.bytes) + 1), expiresAt, found.revision)
    if (written.ok) return
  }
  throw new Error(`The counter could not be written in ${MOST_ATTEMPTS} attempts.`)
}

async function incrementLocked(store: SessionStore, key: string, expiresAt: Seconds): Promise<void> {
  const { lock } = store
  if (!lock) throw new Error(`The ${store.name} store has no lock.`)
  const token = crypto.randomUUID()
  while (!(await lock.acquire(key, token, LEASE))) await new Promise((resolve) => setTimeout(resolve, 1))
  const found = await store.read(key)
  await store.write(key, numberBytes(numberOf(found?.bytes) + 1), expiresAt, 'any')
  await lock.release(key, token)
}

type Job<J extends JobName> = (store: SessionStore, input: Jobs[J]) => Promise<JobResults[J]>

export const jobs: { readonly [J in JobName]: Job<J> } = {
  async count(store: SessionStore, { key, times, expiresAt }: Jobs['count']): Promise<null> {
    let left = times
    const worker = async (): Promise<void> => {
      while (left-- > 0) await increment(store, key, expiresAt)
    }
    await Promise.all(Array.from({ length: PARALLEL }, worker))
    return null
  },

  async countLocked(store: SessionStore, { key, times, expiresAt }: Jobs['countLocked']): Promise<null> {
    for (let done = 0; done < times; done++) await incrementLocked(store, key, expiresAt)
    return null
  },

  async create(store: SessionStore, { keys, expiresAt }: Jobs['create']): Promise<readonly boolean[]> {
    const won: boolean[] = []
    for (const key of keys) won.push((await store.write(key, numberBytes(1), expiresAt, 'absent')).ok)
    return won
  },

  async addMembers(store: SessionStore, { set, members, expiresAt }: Jobs['addMembers']): Promise<null> {
    if (!store.index) throw new Error(`The ${store.name} store has no index.`)
    for (const member of members) await store.index.add(set, member, expiresAt)
    return null
  },

  operate: randomOperations,
}

import type { SessionStore } from '@sojourn/core'
import { expect, test } from 'vitest'
import { forkStoreProcess } from '../other-process/fork-store-process.ts'
import { jobs } from '../other-process/jobs.ts'
import type { StoreModule } from '../other-process/store-process.ts'
import { checkHistory } from './check-history.ts'
import type { Operation } from './history.ts'
import type { RandomOperations } from './random-operations.ts'

export interface LinearizabilityOptions {
  /** The title in the test report: the store and how it is set up. */
  readonly name: string
  /** Opens a handle, as for `testSessionStore`. */
  readonly create: () => SessionStore | Promise<SessionStore>
  /** A module that opens the same store in another process. */
  readonly otherProcess: StoreModule
  /** How many operations there are, of both processes together. Default 1,000. */
  readonly operations?: number
  /** Epoch milliseconds; default `Date.now`. */
  readonly now?: () => number
}

/** Operations on one key: enough to meet, and few enough for the search through their orders. */
const OPERATIONS_A_KEY = 100
const PARALLEL = 4

/** Operations are drawn until they are done; one that takes this long hangs. */
const HANG_LIMIT = 120_000

/**
 * Operations drawn at random, of two processes at the same time, on a few keys: every answer must be one that a store
 * could give that takes one step after the other. That is what compare-and-set rests on.
 */
export function testLinearizability(options: LinearizabilityOptions): void {
  const { name, operations = 1000 } = options
  test(`the ${name} store is linearizable: ${operations} operations of two processes`, {
    timeout: HANG_LIMIT,
  }, async () => {
    const history = await recordHistory(options)
    expect(history).toHaveLength(operations)
    const unknown = history.filter(({ step }) => step.outcome === 'unknown')
    expect(unknown).toEqual([])
    expect(checkHistory(history)).toEqual([])
  })
}

/** Has both processes do their half, and gives what both have seen. */
export async function recordHistory(options: LinearizabilityOptions): Promise<readonly Operation[]> {
  const { create, otherProcess, operations = 1000, now = Date.now } = options
  const store = await create()
  const other = await forkStoreProcess(otherProcess)
  try {
    const work: Omit<RandomOperations, 'writer' | 'count'> = {
      keys: Array.from({ length: Math.ceil(operations / OPERATIONS_A_KEY) }, () => store.keyOf(crypto.randomUUID())),
      parallel: PARALLEL,
      expiresAt: Math.floor(now() / 1000) + 600,
    }
    const half = Math.floor(operations / 2)
    const [theirs, mine] = await Promise.all([
      other.run('operate', { ...work, writer: 'theirs', count: half }),
      jobs.operate(store, { ...work, writer: 'mine', count: operations - half }),
    ])
    return [...theirs, ...mine]
  } finally {
    await other.end()
    await store[Symbol.asyncDispose]?.()
  }
}

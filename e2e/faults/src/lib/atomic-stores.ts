import { onTestFinished } from 'vitest'
import type { Environment } from './app-process.ts'
import { serverForTest } from './scene.ts'
import { memcached, newShm, redis, type ServerStore } from './stores.ts'

/** A store that two processes share, started for one test. */
export interface SharedStore {
  readonly name: string
  readonly start: () => Promise<Environment>
}

const onServer = (store: ServerStore): SharedStore => ({
  name: store.name,
  start: async () => store.environment((await serverForTest(store)).port),
})

/** Every store with compare-and-set. */
export const atomicStores: readonly SharedStore[] = [
  onServer(redis),
  onServer(memcached),
  {
    name: 'shm',
    async start(): Promise<Environment> {
      const { environment, remove } = newShm()
      onTestFinished(remove)
      return environment
    },
  },
]

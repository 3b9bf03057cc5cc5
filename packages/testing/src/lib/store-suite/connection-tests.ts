import type { SessionStore } from '@sojourn/core'
import { expect } from 'vitest'
import type { StoreTestGroup } from './stage.ts'
import { revisionOf } from './write-tests.ts'

export const connectionTests: StoreTestGroup = {
  title: 'tells of itself and its connections',
  tests: [
    {
      title: 'how long to wait for it, in milliseconds',
      async run({ first }) {
        for (const limit of Object.values(first.limits ?? {})) {
          expect(limit).toBeGreaterThan(0)
          expect(Number.isFinite(limit)).toBe(true)
        }
      },
    },
    {
      title: 'that it is connected, once a step has succeeded',
      async run({ first, newKey }) {
        await first.read(newKey())
        expect(first.connected).not.toBe(false)
      },
    },
    {
      title: 'and works at once on new connections when it gives up the old ones',
      async run({ open, first, newKey, newValue, inSeconds }) {
        const handle = await open()
        for (let round = 0; round < 5; round++) {
          const [key, value] = [newKey(), newValue()]
          const revision = revisionOf(await handle.write(key, value, inSeconds(60), 'absent'))
          handle.reconnect?.()
          expect(await handle.read(key)).toEqual({ bytes: value, revision })
          expect(await first.read(key)).toEqual({ bytes: value, revision })
        }
        await handle[Symbol.asyncDispose]?.()
      },
    },
    {
      title: 'and settles what is under way when it gives up its connections, and mixes up no answers',
      async run({ open, newKey, newValue, inSeconds }) {
        const handle = await open()
        const values = new Map(Array.from({ length: 20 }, () => [newKey(), newValue()]))
        for (const [key, value] of values) revisionOf(await handle.write(key, value, inSeconds(60), 'absent'))
        const steps = [...values].map(async ([key, value]) => ({ value, found: await handle.read(key) }))
        handle.reconnect?.()
        handle.reconnect?.()
        for (const answer of await Promise.allSettled(steps))
          if (answer.status === 'fulfilled') expect(answer.value.found?.bytes).toEqual(answer.value.value)
        for (const [key, value] of values) expect((await handle.read(key))?.bytes).toEqual(value)
        await handle[Symbol.asyncDispose]?.()
      },
    },
    {
      title: 'to everybody who listens to its notices, also what happened before',
      async run({ open, newKey, newValue, inSeconds }) {
        const handle = await open()
        const early = heardFrom(handle)
        for (let writes = 0; writes < 3; writes++)
          revisionOf(await handle.write(newKey(), newValue(), inSeconds(60), 'absent'))
        const late = heardFrom(handle)
        await handle.read(newKey())
        expect(late).toEqual(early)
        await handle[Symbol.asyncDispose]?.()
      },
    },
  ],
}

interface Heard {
  evicted: number
  readonly warnings: Set<string>
}

/** Goes on counting as long as the store is used. */
function heardFrom(store: SessionStore): Heard {
  const heard: Heard = { evicted: 0, warnings: new Set() }
  store.onNotice?.((notice) => {
    if (notice.type === 'evicted') heard.evicted += notice.count
    else heard.warnings.add(notice.message)
  })
  return heard
}

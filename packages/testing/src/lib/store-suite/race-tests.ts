import type { Bytes, SessionStore, Written } from '@sojourn/core'
import { expect } from 'vitest'
import { increment, numberBytes, numberOf } from '../other-process/jobs.ts'
import { compareAndSet } from './capabilities.ts'
import type { Stage, StoreTestGroup } from './stage.ts'
import { has, revisionOf } from './write-tests.ts'

const rounds = 20
const writers = 10

/** All writers at once, every other one on the second handle. */
async function race(
  { first, second, newValue }: Stage,
  write: (store: SessionStore, value: Bytes) => Promise<Written>,
): Promise<{ readonly winners: readonly Bytes[]; readonly losses: readonly string[] }> {
  const entries = Array.from({ length: writers }, (_, n) => ({ store: n % 2 ? first : second, value: newValue() }))
  const outcomes = await Promise.all(
    entries.map(async ({ store, value }) => ({ value, written: await write(store, value) })),
  )
  return {
    winners: outcomes.filter(({ written }) => written.ok).map(({ value }) => value),
    losses: outcomes.flatMap(({ written }) => (written.ok ? [] : [written.why])),
  }
}

export const raceTests: StoreTestGroup = {
  title: 'keeps writers apart',
  needs: compareAndSet,
  tests: [
    {
      title: 'of those that name one revision, exactly one wins',
      async run(stage) {
        const { first, newKey, newValue, inSeconds } = stage
        const key = newKey()
        let revision = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        for (let round = 0; round < rounds; round++) {
          const contested = revision
          const { winners, losses } = await race(stage, (store, value) =>
            store.write(key, value, inSeconds(60), contested),
          )
          expect(losses).toEqual(Array(writers - 1).fill('changed'))
          const found = await first.read(key)
          expect(found?.bytes).toEqual(winners[0])
          revision = found?.revision ?? contested
        }
      },
    },
    {
      title: 'of those that create one key, exactly one wins',
      async run(stage) {
        const { first, newKey, inSeconds } = stage
        for (let round = 0; round < rounds; round++) {
          const key = newKey()
          const { winners, losses } = await race(stage, (store, value) =>
            store.write(key, value, inSeconds(60), 'absent'),
          )
          expect(losses).toEqual(Array(writers - 1).fill('exists'))
          expect((await first.read(key))?.bytes).toEqual(winners[0])
        }
      },
    },
    {
      title: 'and counts 200 parallel increments as 200',
      async run({ first, second, newKey, inSeconds }) {
        const [key, expiresAt] = [newKey(), inSeconds(600)]
        revisionOf(await first.write(key, numberBytes(0), expiresAt, 'absent'))
        await Promise.all(Array.from({ length: 200 }, (_, n) => increment(n % 2 ? first : second, key, expiresAt)))
        expect(numberOf((await first.read(key))?.bytes)).toBe(200)
      },
    },
    {
      title: 'and never lets one bring back what another deletes',
      async run({ first, second, newKey, newValue, inSeconds }) {
        for (let round = 0; round < rounds; round++) {
          const key = newKey()
          const revision = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
          await Promise.all([second.write(key, newValue(), inSeconds(60), revision), first.delete(key)])
          expect(await has(first, key)).toBe(false)
        }
      },
    },
  ],
}

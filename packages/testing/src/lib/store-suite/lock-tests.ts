import { expect } from 'vitest'
import { locking } from './capabilities.ts'
import { lockOf, randomText, type Stage, type StoreTestGroup } from './stage.ts'
import { has } from './write-tests.ts'

/** Waits until the lock is free, and checks that its lease was kept until then: to the second, and the store's slack. */
async function expectLeaseToEnd(stage: Stage, key: string, began: number, lease: number): Promise<void> {
  const { second, until, capabilities } = stage
  const took = await until(
    async () => await lockOf(second).acquire(key, randomText(22), 30),
    lease + capabilities.expirySlack,
  )
  expect(took).toBeGreaterThanOrEqual(began + lease - capabilities.expirySlack)
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

export const lockTests: StoreTestGroup = {
  title: 'locks',
  needs: locking,
  waits: true,
  tests: [
    {
      title: 'one holder at a time, and the next one after a release',
      async run({ first, second, newKey }) {
        const [key, mine, theirs] = [newKey(), randomText(22), randomText(22)]
        expect(await lockOf(first).acquire(key, mine, 30)).toBe(true)
        expect(await lockOf(second).acquire(key, theirs, 30)).toBe(false)
        await lockOf(first).release(key, mine)
        expect(await lockOf(second).acquire(key, theirs, 30)).toBe(true)
      },
    },
    {
      title: 'out the holder itself when it asks again',
      async run({ first, newKey }) {
        const [key, token] = [newKey(), randomText(22)]
        expect(await lockOf(first).acquire(key, token, 30)).toBe(true)
        expect(await lockOf(first).acquire(key, token, 30)).toBe(false)
      },
    },
    {
      title: 'each key by itself',
      async run({ first, newKey }) {
        const token = randomText(22)
        expect(await lockOf(first).acquire(newKey(), token, 30)).toBe(true)
        expect(await lockOf(first).acquire(newKey(), token, 30)).toBe(true)
      },
    },
    {
      title: 'so that another token neither releases nor renews',
      async run({ first, second, newKey }) {
        const [key, mine, theirs] = [newKey(), randomText(22), randomText(22)]
        await lockOf(first).acquire(key, mine, 30)
        await lockOf(second).release(key, theirs)
        expect(await lockOf(second).renew(key, theirs, 30)).toBe(false)
        expect(await lockOf(second).acquire(key, theirs, 30)).toBe(false)
        expect(await lockOf(first).renew(key, mine, 30)).toBe(true)
      },
    },
    {
      title: 'nothing when a lock that is not held is released or renewed',
      async run({ first, newKey }) {
        const [key, token] = [newKey(), randomText(22)]
        await lockOf(first).release(key, token)
        expect(await lockOf(first).renew(key, token, 30)).toBe(false)
        expect(await lockOf(first).acquire(key, token, 30)).toBe(true)
      },
    },
    {
      title: 'for the time of the lease, and not longer',
      async run(stage) {
        const [key, token, began] = [stage.newKey(), randomText(22), stage.now() / 1000]
        await lockOf(stage.first).acquire(key, token, 2)
        await expectLeaseToEnd(stage, key, began, 2)
        expect(await lockOf(stage.first).renew(key, token, 30)).toBe(false)
        await lockOf(stage.first).release(key, token)
        expect(await lockOf(stage.first).acquire(key, token, 30)).toBe(false)
      },
    },
    {
      title: 'for a whole lease more after it is renewed',
      async run(stage) {
        const [key, token, began] = [stage.newKey(), randomText(22), stage.now() / 1000]
        await lockOf(stage.first).acquire(key, token, 3)
        await stage.until(async () => stage.now() / 1000 >= began + 1, 2)
        const renewed = stage.now() / 1000
        expect(await lockOf(stage.first).renew(key, token, 3)).toBe(true)
        await expectLeaseToEnd(stage, key, renewed, 3)
      },
    },
    {
      title: 'for exactly one of many who ask at the same time',
      async run({ first, second, newKey }) {
        for (let round = 0; round < 20; round++) {
          const key = newKey()
          const answers = await Promise.all(
            Array.from({ length: 10 }, (_, n) => lockOf(n % 2 ? first : second).acquire(key, randomText(22), 30)),
          )
          expect(answers.filter((won) => won)).toHaveLength(1)
        }
      },
    },
    {
      title: 'so that two who take turns lose no update',
      async run({ first, second, newKey }) {
        const key = newKey()
        let [inside, turns] = [0, 0]
        const takeTurns = async (lock: ReturnType<typeof lockOf>) => {
          for (let turn = 0; turn < 20; turn++) {
            const token = randomText(22)
            while (!(await lock.acquire(key, token, 30))) await nextTurn()
            expect(++inside).toBe(1)
            await nextTurn()
            inside--
            turns++
            await lock.release(key, token)
          }
        }
        await Promise.all([takeTurns(lockOf(first)), takeTurns(lockOf(second))])
        expect(turns).toBe(40)
      },
    },
    {
      title: 'without touching the value of the same key',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [key, token, value] = [newKey(), randomText(22), newValue()]
        await first.write(key, value, inSeconds(60), 'absent')
        expect(await lockOf(first).acquire(key, token, 30)).toBe(true)
        expect((await second.read(key))?.bytes).toEqual(value)
        await second.delete(key)
        expect(await lockOf(second).acquire(key, randomText(22), 30)).toBe(false)
        await first.write(key, value, inSeconds(60), 'absent')
        await lockOf(first).release(key, token)
        expect(await has(second, key)).toBe(true)
      },
    },
  ],
}

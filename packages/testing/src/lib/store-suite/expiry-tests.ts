import { expect } from 'vitest'
import { compareAndSet } from './capabilities.ts'
import type { Stage, StoreTestGroup } from './stage.ts'
import { has, revisionOf } from './write-tests.ts'

const day = 86_400

/** Waits for a value to end, and checks that it did so at its time: to the second, and the store's slack. */
async function expectToEnd({ second, until, now, capabilities }: Stage, key: string, expiresAt: number): Promise<void> {
  const limit = expiresAt - now() / 1000 + capabilities.expirySlack
  const ended = await until(async () => !(await has(second, key)), limit)
  expect(ended).toBeGreaterThanOrEqual(expiresAt - capabilities.expirySlack)
}

export const expiryTests: StoreTestGroup = {
  title: 'lets values expire',
  waits: true,
  tests: [
    {
      title: 'at their time, to the second',
      async run(stage) {
        const { first, newKey, newValue, inSeconds } = stage
        const [key, expiresAt] = [newKey(), inSeconds(3)]
        await first.write(key, newValue(), expiresAt, 'absent')
        expect(await has(first, key)).toBe(true)
        await expectToEnd(stage, key, expiresAt)
      },
    },
    {
      title: 'later when a later write says so',
      async run(stage) {
        const { first, newKey, newValue, inSeconds, until, now } = stage
        const [key, expiresAt] = [newKey(), inSeconds(5)]
        const revision = revisionOf(await first.write(key, newValue(), inSeconds(2), 'absent'))
        revisionOf(await first.write(key, newValue(), expiresAt, revision))
        const past = inSeconds(3)
        await until(async () => now() / 1000 >= past, 4)
        expect(await has(first, key)).toBe(true)
        await expectToEnd(stage, key, expiresAt)
      },
    },
    {
      title: 'sooner when a later write says so',
      async run(stage) {
        const { first, newKey, newValue, inSeconds } = stage
        const [key, expiresAt] = [newKey(), inSeconds(3)]
        const revision = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        revisionOf(await first.write(key, newValue(), expiresAt, revision))
        await expectToEnd(stage, key, expiresAt)
      },
    },
    {
      title: "and then refuses their revision as 'gone'",
      needs: compareAndSet,
      async run(stage) {
        const { first, newKey, newValue, inSeconds } = stage
        const [key, expiresAt] = [newKey(), inSeconds(2)]
        const revision = revisionOf(await first.write(key, newValue(), expiresAt, 'absent'))
        await expectToEnd(stage, key, expiresAt)
        expect(await first.write(key, newValue(), inSeconds(60), revision)).toEqual({ ok: false, why: 'gone' })
        expect(await has(first, key)).toBe(false)
      },
    },
    {
      title: "and then creates with 'absent'",
      async run(stage) {
        const { first, newKey, newValue, inSeconds } = stage
        const [key, expiresAt] = [newKey(), inSeconds(2)]
        const expired = revisionOf(await first.write(key, newValue(), expiresAt, 'absent'))
        await expectToEnd(stage, key, expiresAt)
        const created = revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        expect(created).not.toBe(expired)
        expect(await has(first, key)).toBe(true)
      },
    },
    {
      title: 'at once when the time is past',
      async run({ first, second, newKey, newValue, inSeconds }) {
        const [created, replaced, overwritten] = [newKey(), newKey(), newKey()]
        const revision = revisionOf(await first.write(replaced, newValue(), inSeconds(60), 'absent'))
        revisionOf(await first.write(overwritten, newValue(), inSeconds(60), 'absent'))
        revisionOf(await first.write(created, newValue(), inSeconds(-10), 'absent'))
        revisionOf(await first.write(replaced, newValue(), inSeconds(-10), revision))
        revisionOf(await first.write(overwritten, newValue(), inSeconds(-10), 'any'))
        for (const key of [created, replaced, overwritten]) expect(await has(second, key)).toBe(false)
      },
    },
    {
      title: 'but not by a write that is refused',
      async run({ first, newKey, newValue, inSeconds }) {
        const key = newKey()
        revisionOf(await first.write(key, newValue(), inSeconds(60), 'absent'))
        expect(await first.write(key, newValue(), inSeconds(-10), 'absent')).toEqual({ ok: false, why: 'exists' })
        expect(await has(first, key)).toBe(true)
      },
    },
    {
      title: 'and keeps them when the time is more than 30 days away',
      async run({ first, newKey, newValue, inSeconds }) {
        for (const seconds of [30 * day - 1, 30 * day + 1, 400 * day]) {
          const key = newKey()
          await first.write(key, newValue(), inSeconds(seconds), 'absent')
          expect(await has(first, key)).toBe(true)
        }
      },
    },
  ],
}

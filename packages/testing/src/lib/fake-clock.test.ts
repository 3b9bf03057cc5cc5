import { expect, test } from 'vitest'
import { fakeClock } from './fake-clock.ts'

test('a fake clock stands still until it is told otherwise', () => {
  const clock = fakeClock(1000)
  const { now } = clock
  expect([now(), now()]).toEqual([1000, 1000])
  clock.advance(2.5)
  expect(now()).toBe(3500)
  clock.set(500)
  expect(now()).toBe(500)
})

test('a fake clock starts on a whole second when it is not told where', () => {
  expect(new Date(fakeClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
})

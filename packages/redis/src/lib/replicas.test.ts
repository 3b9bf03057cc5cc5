import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Replicas } from './replicas.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const replicas = () =>
  new Replicas({ count: 2, timeout: 200 }, () => {
    throw new Error('It takes no connection to know how long to wait.')
  })
const inEarnest = ['WAIT', '2', '200']
const hardly = ['WAIT', '2', '1']

test('a write waits for as many replicas as were asked for', () => {
  const some = replicas()
  expect(some.waitCommand()).toEqual(inEarnest)
  expect([some.isEnough(2), some.isEnough(3), some.isEnough('2')]).toEqual([true, true, true])
  expect(some.isEnough(1)).toBe(false)
})

test('while replicas are late, one write a second waits for them', () => {
  const some = replicas()
  some.isEnough(0)
  expect(some.waitCommand()).toEqual(hardly)
  vi.advanceTimersByTime(999)
  expect(some.waitCommand()).toEqual(hardly)
  vi.advanceTimersByTime(1)
  expect(some.waitCommand()).toEqual(inEarnest)
  expect(some.waitCommand()).toEqual(hardly)
  some.isEnough(1)
  vi.advanceTimersByTime(1000)
  expect(some.waitCommand()).toEqual(inEarnest)
})

test('once they are back, every write waits', () => {
  const some = replicas()
  some.isEnough(0)
  some.isEnough(2)
  expect([some.waitCommand(), some.waitCommand()]).toEqual([inEarnest, inEarnest])
})

test('no connection is made any more once they are closed', async () => {
  const some = replicas()
  await some.close()
  expect(() => some.connection).toThrow('disposed of')
})

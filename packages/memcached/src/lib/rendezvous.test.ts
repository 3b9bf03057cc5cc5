import { expect, test } from 'vitest'
import { rendezvous } from './rendezvous.ts'

const named = (...labels: string[]) => labels.map((label) => ({ label }))
const labels = ['10.0.0.1:11211', '10.0.0.2:11211', '10.0.0.3:11211', '10.0.0.4:11211']
const keys = Array.from({ length: 20_000 }, (_, n) => `sessions:${n}`)

test('a key always has the same server, also in the next version', () => {
  const choose = rendezvous(named(...labels))
  const chosen = keys.slice(0, 12).map((key) => labels.indexOf(choose(key).label) + 1)
  expect(chosen.join(' ')).toBe('1 3 3 4 1 3 4 1 1 1 1 2')
})

test('the order of the list does not matter', () => {
  const choose = rendezvous(named(...labels))
  const chooseReversed = rendezvous(named(...labels.toReversed()))
  for (const key of keys) expect(chooseReversed(key).label).toBe(choose(key).label)
})

test('every server has its share', () => {
  const choose = rendezvous(named(...labels))
  const shares = new Map(labels.map((label) => [label, 0]))
  for (const key of keys) shares.set(choose(key).label, (shares.get(choose(key).label) ?? 0) + 1)
  for (const share of shares.values()) expect(Math.abs(share - keys.length / 4)).toBeLessThan(keys.length / 50)
})

test('a server that goes takes only its own keys with it, and they are spread over the others', () => {
  const before = rendezvous(named(...labels))
  const after = rendezvous(named(...labels.slice(1)))
  const moved = keys.filter((key) => before(key).label !== after(key).label)
  expect(moved.every((key) => before(key).label === labels[0])).toBe(true)
  for (const label of labels.slice(1))
    expect(moved.filter((key) => after(key).label === label).length).toBeGreaterThan(moved.length / 4)
})

test('a single server has all keys', () => {
  const choose = rendezvous(named('only'))
  for (const key of keys.slice(0, 100)) expect(choose(key).label).toBe('only')
})

test('there has to be a server', () => {
  expect(() => rendezvous([])).toThrow(RangeError)
})

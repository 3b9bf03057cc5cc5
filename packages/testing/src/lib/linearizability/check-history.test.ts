import { describe, expect, test } from 'vitest'
import { checkHistory } from './check-history.ts'
import type { Held, Operation, Step } from './history.ts'

const at = (invoked: number, returned: number, step: Step, key = 'k'): Operation => ({ key, step, invoked, returned })
const read = (held: Held): Step => ({ verb: 'read', outcome: { held } })
const any = (value: string, outcome: 'ok' | 'unknown' = 'ok'): Step => ({ verb: 'write-any', value, outcome })
const absent = (value: string, outcome: 'ok' | 'exists' | 'unknown' = 'ok'): Step => ({
  verb: 'write-absent',
  value,
  outcome,
})
const swap = (expected: string, value: string, outcome: 'ok' | 'changed' | 'gone' | 'unknown' = 'ok'): Step => ({
  verb: 'write-revision',
  expected,
  value,
  outcome,
})
const remove = (outcome: 'ok' | 'unknown' = 'ok'): Step => ({ verb: 'delete', outcome })

const linearizable: Readonly<Record<string, readonly Operation[]>> = {
  'nothing at all': [],
  'one step after the other': [
    at(1, 2, read(null)),
    at(3, 4, absent('a')),
    at(5, 6, swap('a', 'b')),
    at(7, 8, read('b')),
    at(9, 10, swap('a', 'c', 'changed')),
    at(11, 12, remove()),
    at(13, 14, swap('b', 'd', 'gone')),
    at(15, 16, absent('e')),
    at(17, 18, absent('f', 'exists')),
  ],
  'a read beside a write, before it': [at(1, 10, any('a')), at(2, 3, read(null)), at(11, 12, read('a'))],
  'a read beside a write, after it': [at(1, 10, any('a')), at(2, 3, read('a')), at(11, 12, read('a'))],
  'writes side by side, of which the one called first comes last': [
    at(1, 10, any('a')),
    at(2, 9, any('b')),
    at(11, 12, read('a')),
  ],
  'one winner of two that name one revision': [
    at(1, 2, any('a')),
    at(3, 10, swap('a', 'b', 'changed')),
    at(4, 9, swap('a', 'c')),
    at(11, 12, read('c')),
  ],
  'a write nobody was told of, that happened': [at(1, 2, any('a', 'unknown')), at(3, 4, read('a'))],
  'a write nobody was told of, that never happened': [at(1, 2, any('a', 'unknown')), at(3, 4, read(null))],
  'a write nobody was told of, that happens late': [
    at(1, 2, any('a', 'unknown')),
    at(3, 4, read(null)),
    at(5, 6, any('b')),
    at(7, 8, read('b')),
    at(9, 10, read('a')),
  ],
  'a deletion nobody was told of, that happens late': [
    at(1, 2, any('a')),
    at(3, 4, remove('unknown')),
    at(5, 6, read('a')),
    at(7, 8, absent('b')),
  ],
}

const impossible: Readonly<Record<string, readonly Operation[]>> = {
  'a read of what was never written': [at(1, 2, read('a'))],
  'a read of nothing after a write': [at(1, 2, any('a')), at(3, 4, read(null))],
  'a read of an older value': [at(1, 2, any('a')), at(3, 4, any('b')), at(5, 6, read('a'))],
  'reads that see two parallel writes in different orders': [
    at(1, 10, any('a')),
    at(1, 10, any('b')),
    at(11, 12, read('a')),
    at(13, 14, read('b')),
  ],
  'a value that comes back after its deletion': [at(1, 2, any('a')), at(3, 4, remove()), at(5, 6, read('a'))],
  'two winners of one revision': [at(1, 2, any('a')), at(3, 10, swap('a', 'b')), at(4, 9, swap('a', 'c'))],
  'two creators': [at(1, 10, absent('a')), at(2, 9, absent('b'))],
  'a refusal as existing where nothing is': [at(1, 2, absent('a', 'exists'))],
  'a refusal as changed where nothing is': [
    at(1, 2, any('a')),
    at(3, 4, remove()),
    at(5, 6, swap('a', 'b', 'changed')),
  ],
  'a refusal as gone where something is': [at(1, 2, any('a')), at(3, 4, any('b')), at(5, 6, swap('a', 'c', 'gone'))],
  'a refusal of the revision that is there': [at(1, 2, any('a')), at(3, 4, swap('a', 'b', 'changed'))],
  'a lost update': [at(1, 2, any('a')), at(3, 10, swap('a', 'b')), at(11, 20, swap('b', 'c')), at(21, 22, read('b'))],
  'a write nobody was told of, that happens twice': [
    at(1, 2, any('a', 'unknown')),
    at(3, 4, read('a')),
    at(5, 6, any('b')),
    at(7, 8, read('a')),
  ],
  'a write nobody was told of, that happens before its call': [at(1, 2, read('a')), at(3, 4, any('a', 'unknown'))],
}

describe('a history is linearizable when it is', () => {
  test.each(Object.entries(linearizable))('%s', (_, operations) => {
    expect(checkHistory(operations)).toEqual([])
  })
})

describe('a history is not linearizable when it has', () => {
  test.each(Object.entries(impossible))('%s', (_, operations) => {
    expect(checkHistory(operations).map(({ key }) => key)).toEqual(['k'])
  })
})

test('keys are looked at one by one, and the one that is wrong is named with its operations in order', () => {
  const wrong = [at(3, 4, read(null), 'b'), at(1, 2, any('x'), 'b')]
  const right = [at(1, 2, any('y'), 'a'), at(3, 4, read('y'), 'a')]
  expect(checkHistory([...wrong, ...right])).toEqual([{ key: 'b', operations: wrong.toReversed() }])
})

test('a long history with much side by side is searched in no time', () => {
  const operations = Array.from({ length: 400 }, (_, n) => at(n * 10, n * 10 + 45, any(`v${n}`)))
  const last = at(5000, 5001, read('v399'))
  expect(checkHistory([...operations, last])).toEqual([])
  expect(checkHistory([...operations, at(5000, 5001, read('v100'))])).toHaveLength(1)
})

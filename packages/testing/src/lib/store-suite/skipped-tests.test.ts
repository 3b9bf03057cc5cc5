import { expect, test } from 'vitest'
import { allCapabilities } from '../test-support/all-capabilities.ts'
import { all, compareAndSet, indexing, locking, type Testability, twoProcesses, valuesOf } from './capabilities.ts'
import { skippedTests } from './skipped-tests.ts'
import type { StoreTestGroup } from './stage.ts'

const able: Testability = { ...allCapabilities, noOtherProcess: undefined }
const run = async (): Promise<void> => {}
const groups: readonly StoreTestGroup[] = [
  {
    title: 'writes',
    tests: [
      { title: 'in general', run },
      { title: 'by revision', needs: compareAndSet, run },
      { title: 'a lot', needs: valuesOf(1000), run },
      { title: 'beside another process', needs: all(compareAndSet, twoProcesses), run },
    ],
  },
  { title: 'locks', needs: locking, tests: [{ title: 'a', run }] },
  { title: 'indexes', needs: indexing, tests: [{ title: 'a', run }] },
]

test('nothing is skipped for a store that can do everything', () => {
  expect([...skippedTests(groups, able, {})]).toEqual([])
})

test('what a store cannot do is skipped with the reason', () => {
  const capabilities = { ...able, atomic: false, lock: false, largestValue: 999, noOtherProcess: 'it is alone' }
  expect([...skippedTests(groups, capabilities, {})]).toEqual([
    ['writes: by revision', 'the store has no compare-and-set'],
    ['writes: a lot', 'the store takes at most 999 bytes'],
    ['writes: beside another process', 'the store has no compare-and-set'],
    ['locks: a', 'the store has no lock'],
  ])
})

test('what takes two processes is skipped with the reason there is only one', () => {
  expect([...skippedTests(groups, { ...able, noOtherProcess: 'it is alone' }, {})]).toEqual([
    ['writes: beside another process', 'it is alone'],
  ])
})

test('what the caller leaves out is skipped with the reason of the caller', () => {
  expect([...skippedTests(groups, able, { 'indexes: a': 'sets are not in this release' })]).toEqual([
    ['indexes: a', 'sets are not in this release'],
  ])
})

test('a test that there is not cannot be left out', () => {
  expect(() => skippedTests(groups, able, { 'locks: b': 'of no use' })).toThrow('There is no test "locks: b" to skip')
})

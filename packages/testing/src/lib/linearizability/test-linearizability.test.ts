import { expect, test } from 'vitest'
import { serveForTest } from '../test-support/serve-for-test.ts'
import { servedStore } from '../test-support/served-store.ts'
import { checkHistory, type Violation } from './check-history.ts'
import { recordHistory } from './test-linearizability.ts'

async function violationsOf(opener: string): Promise<readonly Violation[]> {
  const { url, module } = await serveForTest('linearizability', opener)
  const options = { name: 'served', create: () => servedStore(url), otherProcess: module, operations: 400 }
  const history = await recordHistory(options)
  expect(history).toHaveLength(400)
  return checkHistory(history)
}

test('two processes make a linearizable history on a store that keeps what it says', async () => {
  expect(await violationsOf('openStore')).toEqual([])
})

test('a store that forgets a write in ten is found out', async () => {
  expect(await violationsOf('openForgetfulStore')).not.toEqual([])
})

import { memoryStore, type SessionStore, type StoreNotice } from '@sojourn/core'
import { expect, test } from 'vitest'
import { allCapabilities } from '../test-support/all-capabilities.ts'
import { connectionTests } from './connection-tests.ts'
import { openStage } from './stage.ts'

/** Drops a value with every write but the first. */
const evictingStore = () => memoryStore({ name: 'connection tests', maxEntries: 1 })

function forgetfulStore(): SessionStore {
  const store = evictingStore()
  const listeners: ((notice: StoreNotice) => void)[] = []
  store.onNotice((notice) => {
    for (const listener of listeners) listener(notice)
  })
  return { ...store, onNotice: (listener) => void listeners.push(listener) }
}

async function testNotices(create: () => SessionStore): Promise<void> {
  const stage = await openStage({ create, capabilities: allCapabilities })
  const rule = connectionTests.tests.find(({ title }) => title.includes('notices'))
  await rule?.run(stage).finally(() => stage.end())
}

test('the test of notices passes on a store that tells whoever listens later what happened before', async () => {
  await testNotices(evictingStore)
})

test('the test of notices fails on a store that keeps it to itself', async () => {
  await expect(testNotices(forgetfulStore)).rejects.toThrow()
})

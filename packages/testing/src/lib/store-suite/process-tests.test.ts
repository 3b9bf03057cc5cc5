import { describe, expect, test } from 'vitest'
import { allCapabilities } from '../test-support/all-capabilities.ts'
import { serveForTest } from '../test-support/serve-for-test.ts'
import { servedStore } from '../test-support/served-store.ts'
import { processTests } from './process-tests.ts'
import { openStage } from './stage.ts'

async function runAll(opener: string): Promise<readonly string[]> {
  const { url, module } = await serveForTest('processes', opener)
  const stage = await openStage({ create: () => servedStore(url), capabilities: allCapabilities, otherProcess: module })
  const failed: string[] = []
  for (const { title, run } of processTests.tests) await run(stage).catch(() => failed.push(title))
  await stage.end()
  return failed
}

/** Increments that meet over and over take their time. */
describe('the tests of two processes', { timeout: 60_000 }, () => {
  test('pass on a store that keeps what it says', async () => {
    expect(await runAll('openStore')).toEqual([])
  })

  test('fail on a store that forgets writes of one process', async () => {
    expect(await runAll('openForgetfulStore')).toContain('and counts 500 parallel increments of two as 500')
  })

  test('tell what goes wrong in the other process', async () => {
    const { url } = await serveForTest('processes')
    const module = new URL('./no-such-module.ts', import.meta.url)
    const stage = await openStage({
      create: () => servedStore(url),
      capabilities: allCapabilities,
      otherProcess: { module },
    })
    await expect(stage.otherProcess()).rejects.toThrow('no-such-module.ts')
  })
})

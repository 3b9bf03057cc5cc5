import { describe, expect, onTestFinished, test } from 'vitest'
import { until } from '../../../scripts/lib/servers/poll.mjs'
import { startSentinel } from '../../../scripts/lib/servers/redis-sentinel.mjs'
import { say } from './lib/counts.ts'
import { lasting } from './lib/durations.ts'
import { loadedScene } from './lib/scene.ts'
import { onSentinel } from './lib/stores.ts'
import { expectBounded, expectHealthy, expectPromisesKept, tell } from './lib/verdict.ts'

/** I6, counted from when the sentinels have made the replica the master. */
const NORMAL_WITHIN = 2000

describe('F8: when a master fails, the next one serves everybody who was signed in', () => {
  test.each([
    { way: 'killed', fail: 'kill' },
    { way: 'frozen', fail: 'freeze' },
  ] as const)('$way', async ({ fail }) => {
    const redis = await startSentinel()
    onTestFinished(() => redis.stop())
    const { apps, load, reports } = await loadedScene(onSentinel(redis))
    await lasting(5000, 500)

    load.enter('the master has failed', { isUnavailable: true, mayUndo: true })
    const failedAt = performance.now()
    await redis.master[fail]()
    const promoted = until(
      async () => (await redis.currentMaster()) === redis.replicaPort,
      30_000,
      () => 'Nobody was promoted.',
    )
    const [took, promotedAfter] = await Promise.all([
      load.untilNormal(30_000),
      promoted.then(() => performance.now() - failedAt),
    ])
    load.enter('afterwards', { mayUndo: true })
    await lasting(10_000, 1000)
    await load.stop()

    say(`outage: ${Math.round(took)} ms; the sentinels took ${Math.round(promotedAfter)} ms of them`)
    say(`undone by the failover: ${load.undone.increments} increments, ${load.undone.logouts} logouts`)
    expectBounded(load, 'the master has failed')
    tell(load, 'afterwards')
    expect(took - promotedAfter, 'I6').toBeLessThanOrEqual(NORMAL_WITHIN + 2 * load.longestIdle())
    await expectPromisesKept(load)
    await expectHealthy(apps, reports)
  })
})

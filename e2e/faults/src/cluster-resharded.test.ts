import { expect, onTestFinished, test } from 'vitest'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { startRedisCluster } from '../../../scripts/lib/servers/redis-cluster.mjs'
import { say, times } from './lib/counts.ts'
import { lasting } from './lib/durations.ts'
import { loadedScene } from './lib/scene.ts'
import { onCluster } from './lib/stores.ts'
import { expectBounded, expectHealthy, expectPromisesKept, tell } from './lib/verdict.ts'

/**
 * After two seconds of silence the others vote; the replica waits up to a second before it asks them. An election that
 * nobody wins is held again, four times the two seconds later: on a busy machine that happens.
 */
const LONGEST_OUTAGE = 15_000

interface Node {
  readonly id: string
  readonly port: number
}

/** The masters of a cluster. */
async function mastersOf(port: number): Promise<readonly Node[]> {
  const lines = (await redisCli(port, 'CLUSTER', 'NODES')).split('\n')
  return lines
    .filter((line) => / (myself,)?master /.test(line))
    .map((line) => ({ id: line.slice(0, 40), port: Number(/:(\d+)@/.exec(line)?.[1]) }))
}

test('F10: a cluster whose slots move under load answers every request, and one whose master dies loses no session', async () => {
  const cluster = await startRedisCluster()
  onTestFinished(() => cluster.stop())
  const [entry = 0] = cluster.ports
  const { apps, load, reports } = await loadedScene(onCluster(cluster))
  await lasting(2000, 500)

  const [from, to] = await mastersOf(entry)
  if (!from || !to) throw new Error('The cluster has no two masters.')
  load.enter('slots are moving')
  const slots = times('slots moved', 1500)
  const where = ['--cluster-from', from.id, '--cluster-to', to.id, '--cluster-slots', slots, '--cluster-yes']
  await redisCli(entry, '--cluster', 'reshard', `127.0.0.1:${entry}`, ...where)
  await lasting(2000, 500)

  load.enter('a master has died', { isUnavailable: true, mayUndo: true })
  const victim = cluster.nodes.find(({ port }) => port === to.port)
  await victim?.kill()
  const took = await load.untilNormal(30_000)
  load.enter('afterwards', { mayUndo: true })
  await lasting(5000, 1000)
  await load.stop()

  say(`outage of a third of the sessions: ${Math.round(took)} ms`)
  say(`undone by the failover: ${load.undone.increments} increments, ${load.undone.logouts} logouts`)
  tell(load, 'slots are moving')
  expectBounded(load, 'a master has died')
  tell(load, 'afterwards')
  expect(took).toBeLessThanOrEqual(LONGEST_OUTAGE + load.longestIdle())
  await expectPromisesKept(load)
  for (const app of apps) expect(app.log()).not.toContain('CROSSSLOT')
  await expectHealthy(apps, reports)
})

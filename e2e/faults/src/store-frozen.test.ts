import { describe, onTestFinished, test } from 'vitest'
import { lasting } from './lib/durations.ts'
import { appsForTest, loadedScene, loadForTest, serverForTest } from './lib/scene.ts'
import { memcached, newShm, redis } from './lib/stores.ts'
import { expectBounded, expectHealthy, expectNormalAgain, expectPromisesKept, tell } from './lib/verdict.ts'

describe('F2: a store that freezes under load hangs nobody, and no late answer reaches anybody else', () => {
  test.each([redis, memcached])('$name', async (store) => {
    const server = await serverForTest(store)
    const { apps, load, reports } = await loadedScene(store.environment(server.port))
    await lasting(5000, 500)

    load.enter('the store is frozen', { isUnavailable: true })
    server.freeze()
    await lasting(5000, 2500)
    server.thaw()
    load.enter('the store goes on', { isUnavailable: true })
    await expectNormalAgain(load)
    load.enter('afterwards')
    await lasting(10_000, 1000)
    await load.stop()

    tell(load, 'before')
    expectBounded(load, 'the store is frozen')
    expectBounded(load, 'the store goes on')
    tell(load, 'afterwards')
    await expectPromisesKept(load)
    await expectHealthy(apps, reports)
  })
})

test('F2: a process that is frozen while it writes to shm keeps the other waiting no longer than its limits', async () => {
  const shm = newShm()
  onTestFinished(shm.remove)
  const apps = await appsForTest(shm.environment)
  const [survivor, victim] = apps
  const load = await loadForTest([survivor])
  const ofVictim = await loadForTest([victim], { users: 20, parallel: 20, think: 0 })
  const reports = await Promise.all(apps.map((app) => app.report()))

  const mayFail = { isUnavailable: true }
  for (const both of [load, ofVictim]) both.enter('a process is frozen', mayFail)
  for (let round = 0; round < 5; round++) {
    victim.freeze()
    await lasting(2000, 500)
    victim.thaw()
    await lasting(500, 100)
  }
  for (const both of [load, ofVictim]) both.enter('it goes on', mayFail)
  for (const both of [load, ofVictim]) await expectNormalAgain(both)
  for (const both of [load, ofVictim]) both.enter('afterwards')
  await lasting(5000, 500)
  await Promise.all([load.stop(), ofVictim.stop()])

  expectBounded(load, 'a process is frozen')
  tell(load, 'afterwards')
  for (const both of [load, ofVictim]) await expectPromisesKept(both)
  await expectHealthy(apps, reports)
})

import { describe, onTestFinished, test } from 'vitest'
import { lasting } from './lib/durations.ts'
import { loadedScene, serverForTest } from './lib/scene.ts'
import { memcached, newShm, redis } from './lib/stores.ts'
import { expectBounded, expectHealthy, expectNormalAgain, expectPromisesKept, tell } from './lib/verdict.ts'

describe('F1: a store that is killed under load and comes back empty costs its sessions, and nothing else', () => {
  test.each([redis, memcached])('$name', async (store) => {
    const server = await serverForTest(store)
    const { apps, load, reports } = await loadedScene(store.environment(server.port))
    await lasting(5000, 500)

    load.enter('the store is dead', { isUnavailable: true, lostBefore: Number.POSITIVE_INFINITY })
    await server.kill()
    await lasting(3000, 1500)
    await server.restart()
    load.enter('the store is back', { isUnavailable: true, lostBefore: performance.now() })
    await expectNormalAgain(load)
    load.enter('afterwards', { lostBefore: performance.now() })
    await lasting(10_000, 1000)
    await load.stop()

    tell(load, 'before')
    expectBounded(load, 'the store is dead')
    expectBounded(load, 'the store is back')
    tell(load, 'afterwards')
    await expectPromisesKept(load)
    await expectHealthy(apps, reports)
  })
})

test('F1: a process that is killed under load while it writes to shm leaves everything right for the other', async () => {
  const shm = newShm()
  onTestFinished(shm.remove)
  const { apps, load, reports } = await loadedScene(shm.environment)
  const [survivor, victim] = apps
  load.enter('a process dies', { mayBreak: true })
  for (let round = 0; round < 5; round++) {
    await lasting(1000, 200)
    await victim.kill()
    await lasting(1000, 200)
    await victim.restart()
  }
  load.enter('all are back', { mayBreak: true })
  await expectNormalAgain(load)
  load.enter('afterwards')
  await lasting(5000, 500)
  await load.stop()

  expectBounded(load, 'a process dies')
  tell(load, 'afterwards')
  await expectPromisesKept(load)
  await expectHealthy([survivor], reports)
})

import { describe, expect, onTestFinished, test } from 'vitest'
import type { App, Environment } from './lib/app-process.ts'
import { say, times } from './lib/counts.ts'
import { inParallel } from './lib/in-parallel.ts'
import { appsForTest, patient, serverForTest } from './lib/scene.ts'
import { memcached, newShm, redis } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

/** Signs in more users than there is room for, and gives how many of them are signed in afterwards. */
async function overfill(apps: readonly [App, App], users: readonly Visitor[], bytes: number): Promise<number> {
  await inParallel(users.length, 8, async (nth) => {
    const user = users[nth]
    expect((await user?.signIn())?.status).toBe(200)
    expect([200, 401, 410]).toContain((await user?.post(`/put?bytes=${bytes}`))?.status)
  })
  let kept = 0
  const wrong: string[] = []
  await inParallel(users.length, 8, async (nth) => {
    const user = users[nth]
    if (!user) return
    const answer = await user.get('/me')
    if (user.owns(answer)) kept++
    else if (answer.status !== 401) wrong.push(`${user.name} was answered ${answer.status}`)
  })
  expect(wrong).toEqual([])
  for (const app of apps) expect((await app.report()).faults).toEqual([])
  return kept
}

const overfilled = async (environment: Environment, bytes: number) => {
  const apps = await appsForTest({ ...environment, ...patient })
  const count = times('sessions in a store that is too small', 6000)
  const users = Array.from({ length: count }, (_, nth) => new Visitor(apps, `user-${nth}`))
  const kept = await overfill(apps, users, bytes)
  say(`${kept} of ${count} sessions were kept`)
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThan(count)
  return apps
}

/** What a session takes, so that a tenth of the sessions does not fit either. */
const roomy = 6000

describe('F7: a session that was dropped to make room is one that is not there', () => {
  test('redis, which is told apart at the start as a server that may forget logouts', async () => {
    const server = await serverForTest(redis, ['--maxmemory', '4mb', '--maxmemory-policy', 'allkeys-lru'])
    for (const app of await overfilled(redis.environment(server.port), roomy)) {
      expect((await app.report()).events['store-warning']).toBeGreaterThan(0)
      expect(app.log()).toContain('allkeys-lru')
    }
  })

  test('F11: memcached', async () => {
    const server = await serverForTest(memcached, ['-m', '2'])
    await overfilled(memcached.environment(server.port), roomy)
  })

  test('shm, which tells how many it has dropped', async () => {
    const shm = newShm({ SESSION_SHM_SIZE: '2m' })
    onTestFinished(shm.remove)
    const apps = await overfilled(shm.environment, roomy)
    const reports = await Promise.all(apps.map((app) => app.report()))
    expect(reports.map(({ events }) => events['evicted'] ?? 0).reduce((sum, count) => sum + count)).toBeGreaterThan(0)
  })
})

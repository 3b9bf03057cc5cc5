import { describe, expect, onTestFinished, test } from 'vitest'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { type App, type Environment, startApp } from './lib/app-process.ts'
import { patient, serverForTest } from './lib/scene.ts'
import { redis } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** How far in the future a time may lie, and by how much a record outlives its session: in seconds. */
const SKEW = 60
const IDLE = 900

async function appWithClock(offset: number, environment: Environment): Promise<App> {
  const app = await startApp({ ...environment, CLOCK_OFFSET_MS: String(offset) })
  onTestFinished(() => app.stop())
  return app
}

/** How long each record will still live, in seconds. */
async function lifetimesIn(port: number): Promise<readonly number[]> {
  const keys = (await redisCli(port, 'KEYS', '*')).split('\n').filter(Boolean)
  return await Promise.all(keys.map(async (key) => Number(await redisCli(port, 'TTL', key))))
}

describe('F12: processes whose clocks are apart', () => {
  test.each([
    { title: 'by a minute', offset: minute - 1000, reads: 200 },
    { title: 'by a minute, the other way', offset: 1000 - minute, reads: 200 },
    { title: 'by an hour', offset: hour, reads: 401 },
    { title: 'by an hour, the other way', offset: -hour, reads: 401 },
    { title: 'by a day', offset: day, reads: 401 },
    { title: 'by a day, the other way', offset: -day, reads: 401 },
  ])('$title share their sessions, or refuse them: they never fail, and never keep one for longer', async (row) => {
    const server = await serverForTest(redis)
    const environment = { ...redis.environment(server.port), ...patient }
    const [right, wrong] = [await appWithClock(0, environment), await appWithClock(row.offset, environment)]
    const [ann, bob] = [new Visitor([right], 'ann'), new Visitor([wrong], 'bob')]

    expect((await ann.signIn(right)).status).toBe(200)
    expect((await ann.get('/me', wrong)).status).toBe(row.reads)
    expect((await ann.post('/inc', wrong)).status).toBe(row.reads)
    expect((await ann.get('/me', right)).status).toBe(200)

    // Who is behind by an hour writes records that have ended for the store: nobody is signed in, and nothing fails.
    expect((await bob.signIn(wrong)).status).toBe(200)
    expect((await bob.get('/me', right)).status).toBe(row.reads)
    expect([200, 401]).toContain((await bob.get('/me', wrong)).status)

    const longest = IDLE + SKEW + Math.max(0, row.offset / 1000)
    for (const lifetime of await lifetimesIn(server.port)) {
      expect(lifetime).toBeGreaterThan(0)
      expect(lifetime).toBeLessThanOrEqual(Math.max(longest, 86_400 + SKEW + Math.max(0, row.offset / 1000)))
    }
    for (const app of [right, wrong]) expect((await app.report()).faults).toEqual([])
  })
})

import { describe, expect, onTestFinished, test } from 'vitest'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { startSentinel } from '../../../scripts/lib/servers/redis-sentinel.mjs'
import { say } from './lib/counts.ts'
import { inParallel } from './lib/in-parallel.ts'
import { appsForTest } from './lib/scene.ts'
import { send } from './lib/send.ts'
import { onSentinel } from './lib/stores.ts'
import { Visitor } from './lib/visitor.ts'

const USERS = 60

/** Half of all users sign out, the other half while the replica is cut off; then the master dies. Who is back? */
async function signedInAgain(environment: Readonly<Record<string, string>>): Promise<{
  readonly confirmed: number
  readonly resurrected: number
}> {
  const redis = await startSentinel()
  onTestFinished(() => redis.stop())
  const apps = await appsForTest({ ...onSentinel(redis), ...environment })
  const users = Array.from({ length: USERS }, (_, nth) => new Visitor(apps, `user-${nth}`))
  await inParallel(USERS, 8, async (nth) => expect((await users[nth]?.signIn())?.status).toBe(200))
  const cookies = users.map((user) => user.cookies.header)

  let confirmed = 0
  const promised = new Set<string>()
  const signOut = async (nth: number): Promise<void> => {
    const { status, body } = (await users[nth]?.post('/logout')) ?? {}
    if (status !== 200) return
    if (body?.unconfirmed) return
    confirmed++
    promised.add(cookies[nth] ?? '')
  }
  await inParallel(USERS / 2, 4, signOut)
  // Cut off, too: what waits in a socket would still reach the replica later.
  redis.replica.freeze()
  await redisCli(redis.masterPort, 'CLIENT', 'KILL', 'TYPE', 'replica')
  await inParallel(USERS / 2, 15, (nth) => signOut(nth + USERS / 2))
  await redis.master.kill()
  redis.replica.thaw()

  const probe = new Visitor(apps, 'probe')
  await probe.until(async () => (await probe.signIn(apps[0])).status === 200)
  let resurrected = 0
  for (const cookie of promised) {
    const { status } = await send(apps[0].port, 'GET', '/me', { cookie })
    expect([200, 401]).toContain(status)
    if (status === 200) resurrected++
  }
  return { confirmed, resurrected }
}

describe('F9: logouts that a failover undoes', () => {
  test('are told, as nothing was promised', async () => {
    const { confirmed, resurrected } = await signedInAgain({})
    say(`${resurrected} of ${confirmed} logouts were undone`)
    expect(confirmed).toBe(USERS)
    // Or the other test would show nothing.
    expect(resurrected).toBeGreaterThan(0)
  })

  test('are none of those that a replica has confirmed', async () => {
    const { confirmed, resurrected } = await signedInAgain({ SESSION_REDIS_DURABILITY: 'replica' })
    say(
      `${resurrected} of ${confirmed} confirmed logouts were undone; ${USERS - confirmed} were reported as unconfirmed`,
    )
    expect(confirmed).toBeGreaterThanOrEqual(USERS / 2)
    expect(confirmed).toBeLessThan(USERS)
    expect(resurrected).toBe(0)
  })
})

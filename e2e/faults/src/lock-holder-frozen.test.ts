import { describe, expect, test } from 'vitest'
import { atomicStores } from './lib/atomic-stores.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { tally } from './lib/tally.ts'
import { Visitor } from './lib/visitor.ts'

/** In seconds. */
const LEASE = 1

const locking = { ...patient, LOCK_LEASE: String(LEASE) }

describe('F13: who sleeps past the lease of a lock writes nothing any more', () => {
  test.each(atomicStores)('$name', async ({ start }) => {
    const apps = await appsForTest({ ...(await start()), ...locking })
    const [holder, other] = apps
    const ann = new Visitor(apps, 'ann')
    expect((await ann.signIn(other)).status).toBe(200)

    const late = ann.post('/read-then-write?ms=500', holder)
    await ann.until(async () => (await holder.report()).inside === 1)
    holder.freeze()
    const taken = await ann.post('/read-then-write?ms=0', other)
    holder.thaw()
    expect({ status: taken.status, count: taken.body.count }).toEqual({ status: 200, count: 1 })
    const { status, body } = await late
    expect({ status, code: body.error?.code }).toEqual({ status: 409, code: 'session_lock_lost' })
    expect((await ann.get('/me', other)).body.count).toBe(1)

    for (const app of apps) expect((await ann.post('/read-then-write?ms=0', app)).status).toBe(200)
    expect((await ann.get('/me', holder)).body.count).toBe(3)
  })

  test.each(atomicStores)('and who waits for the lock loses nothing: $name', async ({ start }) => {
    const apps = await appsForTest({ ...(await start()), ...locking })
    const ann = new Visitor(apps, 'ann')
    await ann.signIn()
    const answers = await Promise.all(Array.from({ length: 40 }, () => ann.post('/read-then-write?ms=2')))
    expect(tally(answers)).toEqual({ 200: 40 })
    expect((await ann.get('/me')).body.count).toBe(40)
  })
})

import { describe, expect, test } from 'vitest'
import { atomicStores } from './lib/atomic-stores.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { Visitor } from './lib/visitor.ts'

const months = String(90 * 86_400)
const lifetimes = { SESSION_COOKIE_IDLETIME: months, SESSION_COOKIE_LIFETIME: months, SESSION_COOKIE_ABSOLUTE: months }

describe('F11: a session that lives longer than 30 days is there at once, and stays', () => {
  test.each(atomicStores)('$name', async ({ start }) => {
    const apps = await appsForTest({ ...(await start()), ...lifetimes, ...patient })
    const ann = new Visitor(apps, 'ann')
    expect((await ann.signIn()).status).toBe(200)
    for (const app of apps) expect((await ann.post('/inc', app)).status).toBe(200)
    const answer = await ann.get('/me')
    expect(ann.owns(answer)).toBe(true)
    expect(answer.body.count).toBe(2)
  })
})

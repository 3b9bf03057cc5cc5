import { describe, expect, test } from 'vitest'
import { atomicStores } from './lib/atomic-stores.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { tally } from './lib/tally.ts'
import { Visitor } from './lib/visitor.ts'

const INCREMENTS = 200

describe('200 parallel increments of one session in two processes are 200', () => {
  test.each(atomicStores)('$name', async ({ start }) => {
    const apps = await appsForTest({ ...(await start()), ...patient })
    const ann = new Visitor(apps, 'ann')
    await ann.signIn()
    const answers = await Promise.all(Array.from({ length: INCREMENTS }, () => ann.post('/inc')))
    expect(tally(answers)).toEqual({ 200: INCREMENTS })
    for (const app of apps) expect((await ann.get('/me', app)).body.count).toBe(INCREMENTS)
  })
})

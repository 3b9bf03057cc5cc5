import { describe, expect, test } from 'vitest'
import { atomicStores } from './lib/atomic-stores.ts'
import { Cookies } from './lib/cookies.ts'
import { appsForTest, patient } from './lib/scene.ts'
import { send } from './lib/send.ts'
import { tally } from './lib/tally.ts'
import { Visitor } from './lib/visitor.ts'

const PARALLEL = 50

describe('F14b: of many parallel regenerates of one session comes one session', () => {
  test.each(atomicStores)('$name', async ({ start }) => {
    const apps = await appsForTest({ ...(await start()), ...patient })
    const ann = new Visitor(apps, 'ann')
    await ann.signIn()
    const cookie = ann.cookies.header
    const portOf = (nth: number): number => (nth % 2 ? apps[0] : apps[1]).port

    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, (_, nth) => send(portOf(nth), 'POST', '/regenerate', { cookie })),
    )
    expect(tally(answers)).toEqual({ 200: PARALLEL })
    const browsers = answers.map(({ setCookies }) => {
      const cookies = new Cookies()
      cookies.receive(setCookies)
      return cookies.header
    })
    expect(browsers).not.toContain('')

    for (const [nth, header] of browsers.entries())
      expect((await send(portOf(nth), 'POST', '/inc', { cookie: header })).status).toBe(200)
    const seen = await Promise.all(browsers.map((header, nth) => send(portOf(nth), 'GET', '/me', { cookie: header })))
    expect(new Set(seen.map(({ body }) => body.id)).size).toBe(1)
    for (const answer of seen) {
      expect(ann.owns(answer)).toBe(true)
      expect(answer.body.count).toBe(PARALLEL)
    }
  })
})

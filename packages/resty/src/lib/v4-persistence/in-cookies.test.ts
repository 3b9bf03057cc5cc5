import { SessionDataError } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { decodedCookie, FACTS, minted, newBrowser, v4SessionsIn } from '../test-support/v4-sessions.ts'

const put = (data: object) => (session: { data: object }) => Object.assign(session.data, data)

describe('in cookies', () => {
  test('long data go into further cookies, and those that are not needed any more are expired', async () => {
    const { request } = v4SessionsIn('in cookies', { compressionThreshold: 0 })
    const long = await request(newBrowser(), put({ text: 'x'.repeat(7000) }))
    expect([...long.header().matchAll(/(session\d?)=/g)].map(([, name]) => name)).toEqual([
      'session',
      'session2',
      'session3',
    ])
    const short = await request(long, (session) => {
      expect(session.data['text']).toBe('x'.repeat(7000))
      session.data = { n: 1 }
    })
    expect(short.header()).toMatch(/^session=[\w-]+$/)
    const partial = newBrowser(long.header().split('; ').slice(0, 2).join('; '))
    await request(partial, (session) => expect(session.refusal).toBe('incomplete'))
  })

  test('fewer cookies can be asked for', async () => {
    const { request } = v4SessionsIn('in cookies', { compressionThreshold: 0 }, { cookie: { maxCookies: 2 } })
    await request(newBrowser(), async (session) => {
      session.data['text'] = 'x'.repeat(9000)
      await expect(session.save()).rejects.toThrow(/at most 8192 are allowed/)
    })
  })

  test('info is among the data and not seen, and keys that begin with @ are the app’s', async () => {
    const { request, resty } = v4SessionsIn('in cookies')
    const jar = await minted(newBrowser(), 'session', '[[{"$@x":"user","@seen":7},"default"]]')
    const saved = await request(jar, (session) => {
      expect(session.data).toEqual({ '@x': 'user' })
      session.data['n'] = 1
    })
    const { entries } = await decodedCookie(saved, 'session')
    expect(JSON.parse(entries[0]!.data)).toEqual({ '$@x': 'user', '@seen': 7, n: 1 })
    expect(await resty.entries({ jar: saved, facts: FACTS })).toMatchObject([{ info: { seen: 7 } }])
    await request(saved, async (session) => {
      session.data['$@y'] = 1
      await expect(session.save()).rejects.toThrow(SessionDataError)
    })
  })
})

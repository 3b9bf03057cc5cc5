import { SessionTooLargeError } from '@sojourn/core'
import { testCookieJar } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import { FACTS, newBrowser, SECRET, v3Sessions } from '../test-support/v3-sessions.ts'
import { readV3Cookie } from '../v3/cookie.ts'
import { v3Format } from '../v3/format.ts'

const put = (data: object) => (session: { data: object }) => Object.assign(session.data, data)

describe('a session in its cookie', () => {
  test('has the name, the form and the attributes of upstream', async () => {
    const { sessions } = v3Sessions()
    const jar = newBrowser()
    const session = await sessions.start({ jar, facts: FACTS })
    session.data['n'] = 1
    await session.save()
    expect(jar.setCookies).toEqual([
      {
        name: 'session',
        value: expect.stringMatching(/^[\w-]{22}\|1800003600\|[\w-]{22}\|[\w-]{27}$/),
        attributes: expect.objectContaining({ path: '/', httpOnly: true, sameSite: 'lax' }),
      },
    ])
    expect(jar.setCookies[0]?.attributes.maxAge).toBeUndefined()
  })

  test('keeps its id when it is saved, and gets another with regenerate', async () => {
    const { request, sessions } = v3Sessions()
    const idIn = (header: string) => header.split('|')[0]
    const first = await request(newBrowser(), put({ n: 1 }))
    const saved = await request(first, put({ n: 2 }))
    const other = await request(saved, (session) => session.regenerate())
    expect(idIn(saved.header())).toBe(idIn(first.header()))
    expect(idIn(other.header())).not.toBe(idIn(first.header()))
    expect((await sessions.read({ jar: other, facts: FACTS })).data).toEqual({ n: 2 })
  })

  test('lives as long as its lifetime from the last save, and says how long', async () => {
    const { request, sessions, clock } = v3Sessions({}, { rolling: 600, renew: 60 })
    const jar = await request(newBrowser(), put({ n: 1 }))
    const { expires } = await sessions.read({ jar, facts: FACTS })
    expect(expires).toEqual({ idle: null, rolling: new Date(1_800_000_600_000), absolute: null })
    clock.advance(599)
    expect((await sessions.read({ jar, facts: FACTS })).present).toBe(true)
    clock.advance(1)
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('expired-rolling')
  })

  test('has Max-Age when it is persistent: what is left of its lifetime', async () => {
    const { sessions } = v3Sessions({}, { persistent: true, rolling: 7200 })
    const jar = newBrowser()
    const session = await sessions.start({ jar, facts: FACTS })
    session.data['n'] = 1
    await session.save()
    expect(jar.setCookies[0]?.attributes.maxAge).toBe(7200)
  })

  test('is deleted by destroy, chunks and all, and a copy lives on: said by an event', async () => {
    const { request, sessions, events } = v3Sessions()
    const jar = await request(newBrowser(), put({ text: 'x'.repeat(5000) }))
    expect(jar.header().split('; ')).toHaveLength(2)
    const after = await request(jar, (session) => session.destroy())
    expect(after.header()).toBe('')
    expect(events.map(({ type }) => type)).toContain('not-revocable')
    expect((await sessions.read({ jar, facts: FACTS })).present).toBe(true)
  })

  test('is deleted by destroy also when it opens no more', async () => {
    const { request, clock } = v3Sessions()
    const jar = await request(newBrowser(), put({ n: 1 }))
    clock.advance(10_000)
    expect((await request(jar, (session) => session.destroy())).header()).toBe('')
  })

  test('reads what Lua writes without taking it for a change', async () => {
    const { request, sessions } = v3Sessions({ cipher: 'none' })
    const jar = await request(newBrowser(), put({ path: '/a' }))
    const luaWrites = '{"path":"\\/a","n":1.0}'
    const { sealV3 } = await import('../v3/session.ts')
    const settings = v3Format({ secret: SECRET, cipher: 'none' })
    const cookie = readV3Cookie(settings, jar.header().replace('session=', ''))
    const { id, expires } = cookie.ok ? cookie.value : expect.unreachable()
    const sealed = await sealV3(settings, { id, expires, data: luaWrites }, FACTS)
    const fromLua = testCookieJar(`session=${sealed?.cookie}`)
    const next = await request(fromLua, (session) => expect(session.data).toEqual({ path: '/a', n: 1 }))
    expect(next.header()).toBe(fromLua.header())
    expect((await sessions.read({ jar: next, facts: FACTS })).data).toEqual({ path: '/a', n: 1 })
  })

  test('is refused when its data is too deep to be written again', async () => {
    const { sealV3 } = await import('../v3/session.ts')
    const settings = v3Format({ secret: SECRET, compressor: 'zlib' })
    const { sessions } = v3Sessions({ compressor: 'zlib' })
    const data = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const sealed = await sealV3(settings, { id: new Uint8Array(16), expires: 1_800_003_600, data }, FACTS)
    const jar = testCookieJar(`session=${sealed?.cookie}`)
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('malformed')
  })

  test('is refused when its data is no object', async () => {
    const { sealV3 } = await import('../v3/session.ts')
    const settings = v3Format({ secret: SECRET })
    const { sessions } = v3Sessions()
    for (const data of ['[]', '1', 'null', '"text"', '{']) {
      const sealed = await sealV3(settings, { id: new Uint8Array(16), expires: 1_800_003_600, data }, FACTS)
      const jar = testCookieJar(`session=${sealed?.cookie}`)
      expect((await sessions.read({ jar, facts: FACTS })).refusal, data).toBe('malformed')
    }
  })
})

describe('idletime', () => {
  const idle = () => v3Sessions({}, { idle: 300 })

  test('is off by default', async () => {
    const { sessions } = v3Sessions()
    expect(sessions.describe().times).toMatchObject({ idle: false, absolute: false, rolling: 3600, renew: 600 })
  })

  test('is a second time in the cookie, which a touch moves and nothing else', async () => {
    const { request, clock } = idle()
    const jar = await request(newBrowser(), put({ n: 1 }))
    expect(jar.header()).toContain('|1800003600:1800000300|')
    clock.advance(100)
    const touched = await request(jar)
    expect(touched.header()).toContain('|1800003600:1800000400|')
    expect(touched.header().split('|')[0]).toBe(jar.header().split('|')[0])
  })

  test('ends a session that is not used', async () => {
    const { request, sessions, clock } = idle()
    const jar = await request(newBrowser(), put({ n: 1 }))
    clock.advance(250)
    const touched = await request(jar)
    clock.advance(299)
    expect((await sessions.read({ jar: touched, facts: FACTS })).data).toEqual({ n: 1 })
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('expired-idle')
    clock.advance(1)
    expect((await sessions.read({ jar: touched, facts: FACTS })).refusal).toBe('expired-idle')
  })

  test('makes a cookie without it another format', async () => {
    const { request } = v3Sessions()
    const jar = await request(newBrowser(), put({ n: 1 }))
    expect((await idle().sessions.read({ jar, facts: FACTS })).refusal).toBe('malformed')
  })
})

describe('chunks', () => {
  const long = { text: 'x'.repeat(5000) }

  test('are named and marked as upstream, and surplus ones go with the next save', async () => {
    const { request, sessions } = v3Sessions()
    const jar = await request(newBrowser(), put(long))
    const [first, second] = jar.header().split('; ')
    expect(first).toMatch(/^session=.{4000}0$/)
    expect(second).toMatch(/^session_2=/)
    expect((await sessions.read({ jar, facts: FACTS })).data).toEqual(long)
    const short = await request(jar, put({ text: 'x' }))
    expect(short.header()).toMatch(/^session=[^;]+$/)
  })

  test('of no session are somebody else’s, whatever they are called', async () => {
    const { request } = v3Sessions()
    const short = (await request(newBrowser(), put({ n: 1 }))).header()
    const both = testCookieJar(`${short}; session_2=theirs`)
    expect((await request(both, put({ n: 2 }))).header()).toContain('session_2=theirs')
    expect((await request(both, (session) => session.destroy())).header()).toBe('session_2=theirs')
  })

  test('are as long as maxsize says', async () => {
    const { request, sessions } = v3Sessions({ maxsize: 100 }, { cookie: { maxCookies: 9 } })
    const jar = await request(newBrowser(), put({ text: 'x'.repeat(300) }))
    expect(jar.header().split('; ').length).toBe(5)
    expect((await sessions.read({ jar, facts: FACTS })).data).toEqual({ text: 'x'.repeat(300) })
  })

  test('that are too many are an error, and the old session stays', async () => {
    const { request, sessions } = v3Sessions()
    const jar = await request(newBrowser(), put({ n: 1 }))
    const own = jar.next()
    const session = await sessions.start({ jar: own, facts: FACTS })
    session.data['text'] = 'x'.repeat(20_000)
    await expect(session.save()).rejects.toThrow(SessionTooLargeError)
    session.data['text'] = 'x'.repeat(2_000_000)
    await expect(session.save()).rejects.toThrow(SessionTooLargeError)
    expect(own.setCookies).toEqual([])
  })

  test('of which one is missing, or there twice, are no session', async () => {
    const { request, sessions } = v3Sessions()
    const header = (await request(newBrowser(), put(long))).header()
    const read = (text: string) => sessions.read({ jar: testCookieJar(text), facts: FACTS })
    expect((await read(header.split('; ')[0] ?? '')).refusal).toBe('incomplete')
    expect((await read(`${header}; session_2=other`)).refusal).toBe('ambiguous')
    expect((await read(`${header}; session_2=`)).data).toEqual(long)
    expect((await read(header.replace('0; ', '1; '))).refusal).toBe('malformed')
  })

  test('are the session’s, and other cookies are not', () => {
    const { sessions } = v3Sessions()
    const header = 'a=1; session=x; session_2=y; session_10=z; sessions=s; session_=t; b="2"'
    expect(sessions.stripSessionCookies(header)).toBe('a=1; sessions=s; session_=t; b="2"')
  })
})

describe('several cookies of one name', () => {
  test('are no session when two of them open, and one when one does', async () => {
    const { request, sessions } = v3Sessions()
    const [mine, other] = [await request(newBrowser(), put({ n: 1 })), await request(newBrowser(), put({ n: 2 }))]
    const read = (header: string) => sessions.read({ jar: testCookieJar(header), facts: FACTS })
    expect((await read(`${mine.header()}; ${other.header()}`)).refusal).toBe('ambiguous')
    expect((await read(`${mine.header()}; ${mine.header()}`)).data).toEqual({ n: 1 })
    expect((await read(`session=planted; ${mine.header()}; session=`)).data).toEqual({ n: 1 })
    expect((await read('session=a; session=b; session=c; session=d; session=e')).refusal).toBe('ambiguous')
  })
})

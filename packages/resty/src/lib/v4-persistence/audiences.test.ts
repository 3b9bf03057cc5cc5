import { SessionConfigError, SessionGoneError, SessionReadOnlyError } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import {
  decodedCookie,
  FACTS,
  minted,
  newBrowser,
  only,
  START,
  STORAGES,
  v4SessionsIn,
} from '../test-support/v4-sessions.ts'
import { V4_HEADER_NAMES } from '../v4/headers.ts'
import { restyV4 } from './resty-v4.ts'

/** Spaces and big numbers: what is read and written anew would look different. */
const OTHERS = '[{ "a": 1.0 , "n":12345678901234567890},"app-a","ann"],[{"b":[]},"app-b"]'

describe.each(STORAGES)('other audiences of a session %s', (storage) => {
  const jsonIn = async (jar: ReturnType<typeof newBrowser>, store: ReturnType<typeof v4SessionsIn>['store']) =>
    (await decodedCookie(jar, 'session', store)).entries.map(({ json }) => json).join()

  test('are passed on byte for byte, by a save and by a sign-in', async () => {
    const { request, store } = v4SessionsIn(storage)
    const jar = await minted(newBrowser(), 'session', `[${OTHERS},[{"n":1},"default"]]`, store)
    const saved = await request(jar, (session) => {
      expect(session.data).toEqual({ n: 1 })
      session.data['n'] = 2
    })
    expect(await jsonIn(saved, store)).toBe(`${OTHERS},[{"n":2},"default"]`)
    const signedIn = await request(saved, (session) => session.signIn('dan'))
    expect(await jsonIn(signedIn, store)).toBe(`${OTHERS},[{"n":2},"default","dan"]`)
  })

  test('stay when this one joins: until then there is no session', async () => {
    const { request, store, clock, events } = v4SessionsIn(storage)
    const jar = await minted(newBrowser(), 'session', `[${OTHERS}]`, store)
    clock.advance(100)
    const joined = await request(jar, async (session) => {
      expect(session).toMatchObject({ present: false, refusal: 'missing', data: {} })
      expect(events).toEqual([])
      await session.signIn('dan')
      expect(session.subject).toBe('dan')
    })
    expect(await jsonIn(joined, store)).toBe(`${OTHERS},[{},"default","dan"]`)
    // Their absolute deadline is theirs.
    expect((await decodedCookie(joined, 'session', store)).began).toBe(START)
  })

  test('are not brought back from a session that has ended', async () => {
    const { request, store, clock } = v4SessionsIn(storage)
    const jar = await minted(newBrowser(), 'session', `[${OTHERS}]`, store)
    clock.advance(901)
    const fresh = await request(jar, (session) => Object.assign(session.data, { n: 1 }))
    expect(await jsonIn(fresh, store)).toBe('[{"n":1},"default"]')
    const again = await minted(newBrowser(), 'session', `[${OTHERS}]`, store, { began: START + 901 })
    const after = await request(again, async (session) => {
      await session.destroy()
      session.data['n'] = 2
    })
    expect(await jsonIn(after, store)).toBe('[{"n":2},"default"]')
  })

  test('must have the same subject where that is enforced', async () => {
    const { request, store } = v4SessionsIn(storage, { enforceSameSubject: true }, { audience: 'b' })
    const payload = '[[{},"a","s1"],[{},"c","s2"],[{},"d"]]'
    const jar = await minted(newBrowser(), 'session', payload, store)
    const anonymous = await request(jar, (session) => Object.assign(session.data, { cart: 1 }))
    expect(await jsonIn(anonymous, store)).toBe('[{},"a","s1"],[{},"c","s2"],[{},"d"],[{"cart":1},"b"]')
    const signedIn = await request(jar, (session) => session.signIn('s2'))
    expect(await jsonIn(signedIn, store)).toBe('[{},"c","s2"],[{},"b","s2"]')
  })

  test('stay restored by "remember me" when somebody signs in to this one, and end when they would have', async () => {
    const { request, resty, sessions, store, clock } = v4SessionsIn(storage)
    const other = v4SessionsIn(storage, {}, { audience: 'other', clock, ...(store && { store }) })
    const isFresh = async (all: typeof other, jar: ReturnType<typeof newBrowser>) =>
      !(await all.sessions.read({ jar, facts: FACTS })).remembered
    const jar = await other.request(newBrowser(), (session) => session.signIn('ann', { remember: true }))
    clock.advance(1000)
    const restored = await other.request(jar)
    const signedIn = await request(restored, (session) => session.signIn('mallory', { remember: true }))
    for (const seen of [signedIn, only('session', signedIn)]) {
      expect(await isFresh(other, seen)).toBe(false)
      expect(await isFresh({ ...other, sessions }, seen)).toBe(true)
    }
    expect((await decodedCookie(signedIn, 'remember', store)).began).toBe(START)
    const saved = await other.request(signedIn, (session) => Object.assign(session.data, { n: 1 }))
    expect(await isFresh(other, saved)).toBe(false)
    expect(await isFresh({ ...other, sessions }, saved)).toBe(true)
    const confirmed = await other.request(saved, (session) => session.signIn('ann', { remember: true }))
    expect(await isFresh(other, confirmed)).toBe(true)
    expect(await isFresh({ ...other, sessions }, confirmed)).toBe(false)
    const own = signedIn.next()
    await resty.logout({ jar: own, facts: FACTS })
    expect(await isFresh(other, only('session', own.next()))).toBe(false)
  })

  test('are passed on where they are lists, of a number or of nobody', async () => {
    const { request, store, resty } = v4SessionsIn(storage)
    const odd = '[["x"],"app-a",42],[{},"app-b",null]'
    const jar = await minted(newBrowser(), 'session', `[${odd},[{"n":1},"default"]]`, store)
    const saved = await request(jar, (session) => Object.assign(session.data, { n: 2 }))
    expect(await jsonIn(saved, store)).toBe(`${odd},[{"n":2},"default"]`)
    expect((await resty.entries({ jar, facts: FACTS })).map(({ subject }) => subject)).toEqual([
      '42',
      undefined,
      undefined,
    ])
  })

  test('keep their info, and this one loses that of somebody else', async () => {
    const { request, resty, store } = v4SessionsIn(storage)
    const infoOf = async (jar: ReturnType<typeof newBrowser>) =>
      (await resty.entries({ jar, facts: FACTS })).map(({ info }) => info)
    const info = Buffer.from('{"default":{"seen":7},"app-a":{"n":1}}').toString('base64url')
    const payload = store ? '[[{},"app-a"],[{},"default","dan"]]' : '[[{"@n":1},"app-a"],[{"@seen":7},"default","dan"]]'
    const jar = await minted(newBrowser(), 'session', payload, store, store ? { info } : {})
    expect(await infoOf(await request(jar, (session) => session.signIn('dan')))).toEqual([{ n: 1 }, { seen: 7 }])
    const again = await minted(newBrowser(), 'session', payload, store, store ? { info } : {})
    expect(await infoOf(await request(again, (session) => session.signIn('eve')))).toEqual([{ n: 1 }, {}])
  })

  test('can be read', async () => {
    const { resty, store } = v4SessionsIn(storage)
    const jar = await minted(newBrowser(), 'session', `[${OTHERS}]`, store)
    expect(await resty.entries({ jar, facts: FACTS })).toEqual([
      { audience: 'app-a', subject: 'ann', data: { a: 1, n: 12345678901234567000 }, info: {} },
      { audience: 'app-b', subject: undefined, data: { b: [] }, info: {} },
    ])
    expect(await resty.entries({ jar: newBrowser() })).toEqual([])
  })

  describe('logout', () => {
    test('takes this audience out, and ends the old cookie at once', async () => {
      const { request, resty, sessions, store, clock } = v4SessionsIn(storage)
      const jar = await minted(newBrowser(), 'session', `[${OTHERS},[{"n":1},"default","dan"]]`, store)
      clock.advance(30)
      const own = jar.next()
      expect(await resty.logout({ jar: own, facts: FACTS })).toBe(true)
      const after = own.next()
      expect(await jsonIn(after, store)).toBe(OTHERS)
      expect((await decodedCookie(after, 'session', store)).began).toBe(START)
      await request(after, (session) => expect(session.present).toBe(false))
      expect(await resty.logout({ jar: after.next(), facts: FACTS })).toBe(false)
      if (store) expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('not-found')
    })

    test('of the last audience ends the session', async () => {
      const { request, resty, store } = v4SessionsIn(storage)
      const jar = await request(newBrowser(), (session) => session.signIn('dan', { remember: true }))
      expect(jar.header()).toContain('remember=')
      const { key } = await decodedCookie(jar, 'session', store)
      const own = jar.next()
      expect(await resty.logout({ jar: own, facts: FACTS })).toBe(true)
      expect(own.header()).toBe('')
      expect(await store?.read(key)).toBeUndefined()
    })

    test('needs a jar that takes cookies', async () => {
      const { resty, store } = v4SessionsIn(storage)
      const jar = await minted(newBrowser(), 'session', '[[{},"default"]]', store)
      const readOnly = { get: (name: string) => jar.get(name) } as typeof jar
      await expect(resty.logout({ jar: readOnly, facts: FACTS })).rejects.toThrow(SessionReadOnlyError)
    })

    test('needs a connection over which its cookie arrives', async () => {
      const { resty, sessions, store } = v4SessionsIn(storage, {}, { cookie: { secure: true } })
      const jar = await minted(newBrowser(), 'session', `[${OTHERS},[{},"default"]]`, store)
      const plain = { ...FACTS, scheme: 'http', host: 'app.test' } as const
      await expect(resty.logout({ jar: jar.next(), facts: plain })).rejects.toThrow(SessionReadOnlyError)
      expect((await sessions.read({ jar, facts: FACTS })).present).toBe(true)
      expect(await resty.logout({ jar: jar.next(), facts: { ...plain, host: 'localhost:3000' } })).toBe(true)
    })
  })

  test('headers tell of the session what they are asked for', async () => {
    const { request, resty, store, clock } = v4SessionsIn(storage, {
      requestHeaders: ['id', 'audience', 'subject', 'timeout'],
      responseHeaders: ['idling_timeout', 'rolling-timeout', 'absolute-timeout'],
    })
    const jar = await request(newBrowser(), (session) => session.signIn('sub'))
    clock.advance(10)
    const headers = await resty.headers({ jar, facts: FACTS })
    expect(headers.request).toEqual([
      ['Session-Id', expect.stringMatching(/^[\w-]{43}$/)],
      ['Session-Audience', 'default'],
      ['Session-Subject', 'sub'],
      ['Session-Timeout', '890'],
    ])
    expect(headers.response).toEqual([
      ['Session-Idling-Timeout', '890'],
      ['Session-Rolling-Timeout', '3590'],
      ['Session-Absolute-Timeout', '86390'],
    ])
    const told = [...headers.request, ...headers.response].map(([name]) => name)
    expect(told.every((name) => V4_HEADER_NAMES.includes(name))).toBe(true)
    const others = await minted(newBrowser(), 'session', `[${OTHERS}]`, store, { began: START + 10 })
    expect(await resty.headers({ jar: others, facts: FACTS })).toEqual({ request: [], response: [] })
  })
})

test('a logout that meets another one is told so', async () => {
  const { request, resty, store } = v4SessionsIn('in a store')
  const jar = await minted(newBrowser(), 'session', `[${OTHERS},[{},"default","dan"]]`, store)
  const slow = store!.read.bind(store)
  let reads = 0
  store!.read = async (...call) => {
    const found = await slow(...call)
    if (reads++ === 0) await request(jar, (session) => session.destroy())
    return found
  }
  await expect(resty.logout({ jar: jar.next(), facts: FACTS })).rejects.toThrow(SessionGoneError)
})

test('without sessions, there is nothing to ask about', async () => {
  await expect(restyV4({ secret: 'x' }).entries({ jar: newBrowser() })).rejects.toThrow(SessionConfigError)
})

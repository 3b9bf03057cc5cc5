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

type Browser = ReturnType<typeof newBrowser>

const put = (data: object) => (session: { data: object }) => Object.assign(session.data, data)
const WEEK = 604_800

describe.each(STORAGES)('"remember me" %s', (storage) => {
  const signedIn = async (options = {}, format = {}) => {
    const all = v4SessionsIn(storage, format, options)
    const jar = await all.request(newBrowser(), (session) => session.signIn('alice', { remember: true }))
    return { ...all, jar }
  }

  test('is a second cookie of the same content, for a week', async () => {
    const { request, store } = v4SessionsIn(storage)
    await request(newBrowser(), async (session, own) => {
      session.data['n'] = 1
      await session.signIn('alice', { remember: true })
      expect(session.remembered).toBe(false)
      expect(own.setCookies.map(({ name, attributes }) => [name, attributes.maxAge])).toEqual([
        ['session', undefined],
        ['remember', WEEK],
      ])
      const { began, entries } = await decodedCookie(own.next(), 'remember', store)
      expect(began).toBe(START)
      expect(entries.map(({ json }) => json)).toEqual(['[{"n":1},"default","alice"]'])
    })
  })

  test('is not taken for it, where a slow request saves a session whose time is just over', async () => {
    const { request, clock } = v4SessionsIn(storage)
    const jar = await request(newBrowser(), put({ n: 1 }))
    clock.advance(890)
    const saved = await request(jar, (session) => {
      clock.advance(20)
      session.data['n'] = 2
    })
    await request(saved, (session) => expect(session).toMatchObject({ present: true, remembered: false }))
  })

  test('has the prefix of the session’s name', async () => {
    const { request, sessions } = v4SessionsIn(storage, {}, { name: '__Host-session', cookie: { secure: true } })
    const jar = await request(newBrowser(), (session) => session.signIn('alice', { remember: true }))
    expect(jar.header()).toMatch(/^__Host-session=[\w-]+; __Host-remember=[\w-]+$/)
    expect(sessions.stripSessionCookies(`a=1; ${jar.header()}; remember=2`)).toBe('a=1; remember=2')
  })

  test('restores a session that has ended, or whose cookie is gone, and says so until the next sign-in', async () => {
    const { request, jar, clock, store, sessions } = await signedIn()
    clock.advance(1000)
    const restored = await request(jar, (session) => {
      expect(session).toMatchObject({ present: true, remembered: true, subject: 'alice' })
      session.data['n'] = 1
    })
    expect((await decodedCookie(restored, 'session', store)).began).toBe(START + 1000)
    expect((await decodedCookie(restored, 'remember', store)).began).toBe(START)
    expect((await decodedCookie(restored, 'remember', store)).entries[0]?.data).toBe('{"n":1}')
    const closed = only('remember', restored)
    expect(await sessions.read({ jar: closed, facts: FACTS })).toMatchObject({ remembered: true, data: { n: 1 } })
    clock.advance(100)
    const later = await request(restored, (session) => expect(session.remembered).toBe(true))
    const fresh = await request(later, (session) => session.signIn('alice', { remember: true }))
    await request(fresh, (session) => expect(session).toMatchObject({ remembered: false, data: { n: 1 } }))
    expect((await decodedCookie(fresh, 'remember', store)).began).toBe(START + 1100)
  })

  test('gives the browser the session cookie that it lacks at the first chance', async () => {
    const { request, jar, store } = await signedIn()
    const restored = await request(only('remember', jar))
    expect((await decodedCookie(restored, 'session', store)).began).toBe(START + 1)
    const read = await request(restored, (session) => expect(session.remembered).toBe(true))
    expect(read.header()).toBe(restored.header())
  })

  test('cannot be made to forget that a session was restored', async () => {
    const { request, jar, clock, sessions } = await signedIn()
    clock.advance(1000)
    const restored = await request(jar)
    const hidden = only('session', restored)
    expect(await sessions.read({ jar: hidden, facts: FACTS })).toMatchObject({ present: true, remembered: true })
    const saved = await request(hidden, put({ n: 1 }))
    expect(saved.header()).not.toContain('remember=')
    expect(await sessions.read({ jar: saved, facts: FACTS })).toMatchObject({ remembered: true })
    clock.advance(900)
    expect(await sessions.read({ jar: saved, facts: FACTS })).toMatchObject({ refusal: 'expired-idle' })
  })

  test('is told from the remember cookie, where lua-resty-session has restored the session', async () => {
    const { sessions, store } = v4SessionsIn(storage)
    const old = await minted(newBrowser(), 'remember', '[[{},"default","al"]]', store, {
      began: START - 5000,
      saved: START,
    })
    const jar = await minted(old, 'session', '[[{},"default","al"]]', store)
    expect(await sessions.read({ jar, facts: FACTS })).toMatchObject({ present: true, remembered: true })
    const same = await minted(old, 'session', '[[{},"default","al"]]', store, { began: START - 5000, saved: START })
    expect(await sessions.read({ jar: same, facts: FACTS })).toMatchObject({ present: true, remembered: false })
  })

  test('lasts for a week since the last save, and for 30 days since the sign-in', async () => {
    const { jar, clock, sessions } = await signedIn()
    clock.advance(WEEK - 1)
    expect(await sessions.read({ jar, facts: FACTS })).toMatchObject({ remembered: true })
    clock.advance(1)
    expect(await sessions.read({ jar, facts: FACTS })).toMatchObject({ present: false, refusal: 'expired-absolute' })

    const other = await signedIn()
    let last = other.jar
    for (let day = 3; day < 30; day += 3) {
      other.clock.advance(3 * 86_400)
      last = await other.request(last, (session) => expect(session.remembered).toBe(true))
    }
    other.clock.advance(3 * 86_400 - 1)
    expect(await other.sessions.read({ jar: last, facts: FACTS })).toMatchObject({ remembered: true })
    other.clock.advance(1)
    expect(await other.sessions.read({ jar: last, facts: FACTS })).toMatchObject({ present: false })
  })

  test('a restored session ends after these 30 days, too, also when its remember cookie is not sent', async () => {
    const { request, jar, store, clock, sessions } = await signedIn()
    const began = START - 30 * 86_400 + 1000
    const old = await minted(jar, 'remember', '[[{},"default","alice"]]', store, { began, saved: START })
    let last = only('session', await request(only('remember', old)))
    clock.advance(500)
    last = await request(last, (session) => expect(session).toMatchObject({ present: true, remembered: true }))
    clock.advance(499)
    expect(await sessions.read({ jar: last, facts: FACTS })).toMatchObject({ present: true })
    clock.advance(1)
    expect(await sessions.read({ jar: last, facts: FACTS })).toMatchObject({ refusal: 'expired-absolute' })
  })

  test('a cookie lives no longer than its 30 days', async () => {
    const { request, store, clock } = v4SessionsIn(storage)
    const began = START - 29 * 86_400
    const jar = await minted(newBrowser(), 'remember', '[[{},"default","al"]]', store, { began, saved: START })
    clock.advance(100)
    await request(jar, async (session, own) => {
      await session.touch()
      expect(own.setCookies.find(({ name }) => name === 'remember')?.attributes.maxAge).toBe(86_400 - 100)
    })
  })

  test('a restored session is touched in its cookie, until that would end', async () => {
    const { request, jar, clock, store } = await signedIn()
    clock.advance(1000)
    const restored = await request(jar)
    clock.advance(100)
    const touched = await request(restored)
    expect(touched.header()).not.toBe(restored.header())
    expect((await decodedCookie(touched, 'session', store)).key).toBe(
      (await decodedCookie(restored, 'session', store)).key,
    )
    expect(touched.get('remember')).toEqual(restored.get('remember'))
    let last = touched
    for (let minutes = 0; minutes < 55; minutes += 10) {
      clock.advance(600)
      last = await request(last, (session) => expect(session).toMatchObject({ present: true, remembered: true }))
    }
    expect(last.get('remember')).not.toEqual(restored.get('remember'))
  })

  test('ends with a sign-in without it, with a sign-out, and with the record', async () => {
    const { request, jar, store } = await signedIn()
    const { key } = await decodedCookie(jar, 'remember', store)
    const forgotten = await request(jar, (session) => session.signIn('alice'))
    expect(forgotten.header()).not.toContain('remember=')
    expect(await store?.read(key)).toBeUndefined()
    // OpenResty with `remember = true` would remember the next save otherwise.
    expect((await decodedCookie(forgotten, 'session', store)).flags & 2).toBe(2)
    const out = await request(jar, (session) => session.destroy())
    expect(out.header()).toBe('')

    const other = await signedIn()
    const copy = only('remember', other.jar)
    expect((await other.request(other.jar, (session) => session.destroy())).header()).toBe('')
    const { refusal } = await other.sessions.read({ jar: copy, facts: FACTS })
    expect(refusal).toBe(storage === 'in a store' ? 'not-found' : undefined)
  })

  test('does not count in a session that asks to be forgotten, which a new sign-in may change', async () => {
    const { request, store, clock, sessions } = v4SessionsIn(storage)
    const old = await minted(newBrowser(), 'remember', '[[{},"default","al"]]', store)
    const jar = await minted(old, 'session', '[[{},"default","al"]]', store, { forget: true })
    const saved = await request(jar, put({ n: 1 }))
    expect(saved.header()).not.toContain('remember=')
    expect((await decodedCookie(saved, 'session', store)).flags & 2).toBe(2)
    const remembered = await request(saved, (session) => session.signIn('al', { remember: true }))
    expect((await decodedCookie(remembered, 'session', store)).flags & 2).toBe(0)
    expect(remembered.header()).toContain('remember=')
    clock.advance(1000)
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('expired-idle')
  })

  test('carries the entries of others through a restoration, also when this audience has none', async () => {
    const { request, store, clock } = v4SessionsIn(storage)
    clock.advance(50)
    const jar = await minted(newBrowser(), 'remember', '[[{"a": 1},"app-a","ann"]]', store)
    const joined = await request(jar, async (session) => {
      expect(session).toMatchObject({ present: false, refusal: 'missing' })
      session.data['n'] = 1
      await session.save()
      expect(session.remembered).toBe(true)
    })
    for (const name of ['session', 'remember'] as const) {
      const { entries } = await decodedCookie(joined, name, store)
      expect(entries.map(({ json }) => json)).toEqual(['[{"a": 1},"app-a","ann"]', '[{"n":1},"default"]'])
    }
  })

  test('is sealed under the newest secret with the next use, also beside a session that is already', async () => {
    const { request, store } = v4SessionsIn(storage, { secret: ['new secret', 'old secret'] })
    const payload = '[[{},"default","al"]]'
    const old = await minted(newBrowser(), 'remember', payload, store, { format: { secret: 'old secret' } })
    const jar = await minted(old, 'session', payload, store, { format: { secret: 'new secret' } })
    const used = await request(jar)
    expect((await decodedCookie(used, 'remember', store, { secret: 'new secret' })).entries).toHaveLength(1)
    expect((await request(used)).header()).toBe(used.header())
  })

  test('is refused when it is forged, of another level, or touched', async () => {
    const { sessions, store } = v4SessionsIn(storage)
    const refusalOf = async (jar: Browser) => (await sessions.read({ jar, facts: FACTS })).refusal
    const payload = '[[{},"default","al"]]'
    const forged = await minted(newBrowser(), 'remember', payload, store, { format: { secret: 'other' } })
    expect(await refusalOf(forged)).toBe('tampered')
    const level = await minted(newBrowser(), 'remember', payload, store, { format: { rememberSafety: 'Medium' } })
    expect(await refusalOf(level)).toBe('tampered')
    const session = await minted(newBrowser(), 'session', payload, store)
    expect(await refusalOf(newBrowser(session.header().replace('session=', 'remember=')))).not.toBeUndefined()
  })
})

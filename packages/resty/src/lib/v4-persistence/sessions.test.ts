import { SessionTooLargeError } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { decodedCookie, FACTS, minted, newBrowser, START, STORAGES, v4SessionsIn } from '../test-support/v4-sessions.ts'

const put = (data: object) => (session: { data: object }) => Object.assign(session.data, data)

describe.each(STORAGES)('a session %s', (storage) => {
  test('is what lua-resty-session writes', async () => {
    const { request, store } = v4SessionsIn(storage)
    const jar = await request(newBrowser(), put({ n: 42, user: 'alice' }))
    expect(jar.header()).toMatch(/^session=AQ[\w-]+$/)
    const { began, entries } = await decodedCookie(jar, 'session', store)
    expect(began).toBe(START)
    expect(entries.map(({ json }) => json)).toEqual(['[{"n":42,"user":"alice"},"default"]'])
  })

  test('opens again, and reading writes nothing', async () => {
    const { request } = v4SessionsIn(storage)
    const jar = await request(newBrowser(), put({ n: 1 }))
    await request(jar, (session, own) => {
      expect(session).toMatchObject({ present: true, subject: undefined, remembered: false, data: { n: 1 } })
      expect(own.setCookies).toEqual([])
    })
  })

  test('has the attributes of its cookie, without Max-Age unless it is persistent', async () => {
    const plain = v4SessionsIn(storage)
    await plain.request(newBrowser(), async (session, jar) => {
      session.data['n'] = 1
      await session.save()
      expect(jar.setCookies).toMatchObject([{ attributes: { path: '/', httpOnly: true, sameSite: 'lax' } }])
      expect(jar.setCookies[0]?.attributes.maxAge).toBeUndefined()
    })
    const { request, clock } = v4SessionsIn(storage, {}, { persistent: true })
    const jar = await request(newBrowser(), async (session, own) => {
      session.data['n'] = 1
      await session.save()
      expect(own.setCookies[0]?.attributes.maxAge).toBe(3600)
    })
    clock.advance(600)
    await request(jar, async (session, own) => {
      await session.touch()
      expect(own.setCookies[0]?.attributes.maxAge).toBe(3000)
    })
  })

  test('gets a new id with every save, and keeps when it began', async () => {
    const { request, store, clock, sessions } = v4SessionsIn(storage)
    const first = await request(newBrowser(), put({ n: 1 }))
    clock.advance(100)
    const second = await request(first, put({ n: 2 }))
    const before = await decodedCookie(first, 'session', store)
    const after = await decodedCookie(second, 'session', store)
    expect(after.key).not.toBe(before.key)
    expect(after.began).toBe(START)
    const ids = await Promise.all([first, second].map(async (jar) => (await sessions.read({ jar, facts: FACTS })).id))
    expect(new Set(ids).size).toBe(2)
    expect(ids.every((id) => /^[\w-]{32}$/.test(id))).toBe(true)
  })

  test('is touched in its cookie alone, and saved when its rolling deadline is near', async () => {
    const { request, store, clock, sessions } = v4SessionsIn(storage)
    const first = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(first, 'session', store)
    clock.advance(600)
    const touched = await request(first)
    expect((await decodedCookie(touched, 'session', store)).key).toBe(key)
    clock.advance(300)
    expect(await sessions.read({ jar: first, facts: FACTS })).toMatchObject({ refusal: 'expired-idle' })
    let jar = touched
    while (clock.now() < (START + 3000) * 1000) {
      clock.advance(300)
      jar = await request(jar, (session) => expect(session.present).toBe(true))
      expect((await decodedCookie(jar, 'session', store)).key).toBe(key)
    }
    clock.advance(1)
    expect((await decodedCookie(await request(jar), 'session', store)).key).not.toBe(key)
  })

  test('ends in the second of its deadline', async () => {
    const { request, clock, sessions, events } = v4SessionsIn(storage, {}, { idle: 300 })
    const jar = await request(newBrowser(), put({ n: 1 }))
    clock.advance(299)
    expect(await sessions.read({ jar, facts: FACTS })).toMatchObject({ present: true })
    clock.advance(1)
    expect(await sessions.read({ jar, facts: FACTS })).toMatchObject({ present: false, refusal: 'expired-idle' })
    expect(events.at(-1)).toEqual({ type: 'refused', reason: 'expired-idle' })
  })

  test('is signed in under a new id, and starts again', async () => {
    const { request, store, clock } = v4SessionsIn(storage)
    const first = await request(newBrowser(), put({ cart: ['x'] }))
    clock.advance(50)
    const jar = await request(first, (session) => session.signIn('alice'))
    const { began, entries } = await decodedCookie(jar, 'session', store)
    expect(began).toBe(START + 50)
    expect(entries.map(({ json }) => json)).toEqual(['[{"cart":["x"]},"default","alice"]'])
    await request(jar, (session) => expect(session.subject).toBe('alice'))
  })

  test('is gone after destroy, with its cookies', async () => {
    const { request, sessions } = v4SessionsIn(storage, { compressionThreshold: 0 })
    const jar = await request(newBrowser(), put({ text: 'x'.repeat(5000) }))
    const after = await request(jar, (session) => session.destroy())
    expect(after.header()).toBe('')
    const copy = await sessions.read({ jar, facts: FACTS })
    expect(copy.refusal).toBe(storage === 'in a store' ? 'not-found' : undefined)
  })

  test('leaves cookies alone that have the name of a chunk and are none', async () => {
    const { request } = v4SessionsIn(storage)
    const others = 'session2=mine; remember2=mine; session9=mine'
    const saved = await request(newBrowser(others), put({ n: 1 }))
    const again = await request(saved, put({ n: 2 }))
    expect(again.header()).toMatch(/session2=mine; remember2=mine; session9=mine; session=/)
    const signedIn = await request(again, (session) => session.signIn('al', { remember: true }))
    expect((await request(signedIn, (session) => session.destroy())).header()).toBe(others)
  })

  test('keeps the text of data that are saved unchanged, for JavaScript cannot hold all of Lua’s numbers', async () => {
    const { request, store } = v4SessionsIn(storage)
    const text = '{"big":12345678901234567890,"path":"a\\/b"}'
    const jar = await minted(newBrowser(), 'session', `[[${text},"default"]]`, store)
    const read = await request(jar, (session) => expect(session.data['path']).toBe('a/b'))
    expect(read.header()).toBe(jar.header())
    const signedIn = await request(jar, (session) => session.signIn('alice'))
    expect((await decodedCookie(signedIn, 'session', store)).entries[0]?.json).toBe(`[${text},"default","alice"]`)
  })

  test('is compressed when it is long', async () => {
    const { request, store } = v4SessionsIn(storage)
    const jar = await request(newBrowser(), put({ text: 'x'.repeat(50_000) }))
    expect(jar.header().length).toBeLessThan(500)
    const { flags, entries } = await decodedCookie(jar, 'session', store)
    expect(flags & 0x10).toBe(0x10)
    expect(entries[0]?.data).toContain('x'.repeat(50_000))
  })

  test('is refused when it is changed, of another secret, or another client’s', async () => {
    const { request, sessions, store } = v4SessionsIn(storage, { bind: ['user-agent'] })
    const jar = await request(newBrowser(), put({ n: 1 }))
    const refusalOf = async (header: string, facts = FACTS) =>
      (await sessions.read({ jar: newBrowser(header), facts })).refusal
    expect(await refusalOf(jar.header())).toBeUndefined()
    expect(await refusalOf(jar.header(), { ...FACTS, userAgent: 'other' })).toBe('tampered')
    const changed = jar.header().replace(/.$/, (char) => (char === 'A' ? 'Q' : 'A'))
    expect(await refusalOf(changed)).toBe('tampered')
    expect(await refusalOf('session=constructor')).toBe('malformed')
    const foreign = await minted(newBrowser(), 'session', '[[{},"default"]]', store, { format: { secret: 'other' } })
    expect(await refusalOf(foreign.header())).toBe('tampered')
    const unbound = await minted(newBrowser(), 'session', '[[{},"default"]]', store)
    expect(await refusalOf(unbound.header())).toBe('bound-elsewhere')
  })

  test('is nobody’s when two cookies of its name both open', async () => {
    const { request, sessions } = v4SessionsIn(storage)
    const [one, two] = await Promise.all([1, 2].map((n) => request(newBrowser(), put({ n }))))
    const tossed = newBrowser(`${one!.header()}; ${two!.header()}`)
    expect((await sessions.read({ jar: tossed, facts: FACTS })).refusal).toBe('ambiguous')
    const planted = newBrowser(`session=rubbish; ${two!.header()}`)
    expect((await sessions.read({ jar: planted, facts: FACTS })).data).toEqual({ n: 2 })
  })

  test('opens under an older secret, and is sealed under the newest with its next use', async () => {
    const old = v4SessionsIn(storage, { secret: 'old secret' })
    const jar = await old.request(newBrowser(), put({ n: 1 }))
    const { request, sessions } = v4SessionsIn(
      storage,
      { secret: ['new secret', 'old secret'] },
      { clock: old.clock, ...(old.store && { store: old.store }) },
    )
    const next = await request(jar, (session) => expect(session.data).toEqual({ n: 1 }))
    expect((await decodedCookie(next, 'session', old.store, { secret: 'new secret' })).entries).toHaveLength(1)
    expect((await sessions.read({ jar: next, facts: FACTS })).data).toEqual({ n: 1 })
    expect(sessions.describe().secrets).toBe(2)
  })

  test('is not written when it is more than the format has room for', async () => {
    const { request, sessions } = v4SessionsIn(storage, { mostBytes: 20_000 })
    const jar = await request(newBrowser(), put({ n: 1 }))
    await request(jar, async (session, own) => {
      session.data['text'] = 'x'.repeat(30_000)
      await expect(session.save()).rejects.toThrow(SessionTooLargeError)
      expect(own.setCookies).toEqual([])
    })
    expect((await sessions.read({ jar, facts: FACTS })).data).toEqual({ n: 1 })
  })
})

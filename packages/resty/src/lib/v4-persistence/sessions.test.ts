import { createHash } from 'node:crypto'
import { SessionDataError, SessionGoneError, SessionTooLargeError } from '@sojourn/core'
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

describe('in a store', () => {
  const storedKeys = async ({ store, jars }: { store: { read: (key: string) => Promise<unknown> }; jars: string[] }) =>
    Promise.all(jars.map(async (key) => (await store.read(key)) !== undefined))

  test('the record before lives for `discard` seconds, so that parallel requests find it', async () => {
    const { request, store, clock, sessions } = v4SessionsIn('in a store', {}, { discard: 20 })
    const first = await request(newBrowser(), put({ n: 1 }))
    const second = await request(first, put({ n: 2 }))
    clock.advance(19)
    expect((await sessions.read({ jar: first, facts: FACTS })).data).toEqual({ n: 1 })
    clock.advance(1)
    expect((await sessions.read({ jar: first, facts: FACTS })).refusal).toBe('not-found')
    expect((await sessions.read({ jar: second, facts: FACTS })).data).toEqual({ n: 2 })
    const { key } = await decodedCookie(second, 'session', store)
    expect(await storedKeys({ store: store!, jars: [key] })).toEqual([true])
  })

  test('a sign-in ends the record before at once', async () => {
    const { request, sessions } = v4SessionsIn('in a store')
    const first = await request(newBrowser(), put({ n: 1 }))
    await request(first, (session) => session.signIn('alice'))
    expect((await sessions.read({ jar: first, facts: FACTS })).refusal).toBe('not-found')
  })

  test('destroy ends also what the same handle has replaced', async () => {
    const { request, sessions } = v4SessionsIn('in a store')
    const first = await request(newBrowser(), put({ n: 1 }))
    await request(first, async (session) => {
      session.data['n'] = 2
      await session.save()
      await session.destroy()
    })
    expect((await sessions.read({ jar: first, facts: FACTS })).refusal).toBe('not-found')
  })

  test('destroy ends a session that is refused for its times', async () => {
    const { request, clock, store } = v4SessionsIn('in a store')
    const jar = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(jar, 'session', store)
    clock.advance(1000)
    const after = await request(jar, async (session) => {
      expect(session.refusal).toBe('expired-idle')
      await session.destroy()
    })
    expect(after.header()).toBe('')
    expect(await store?.read(key)).toBeUndefined()
  })

  test('the record lives as long as the session may, and no longer than its absolute deadline', async () => {
    const { request, store, clock } = v4SessionsIn('in a store', {}, { absolute: 4000, idle: false })
    const first = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(first, 'session', store)
    clock.advance(3500)
    const second = await request(first, put({ n: 2 }))
    const later = await decodedCookie(second, 'session', store)
    clock.advance(100)
    expect(await store?.read(key)).toBeUndefined()
    clock.advance(399)
    expect(await store?.read(later.key)).toBeDefined()
    clock.advance(1)
    expect(await store?.read(later.key)).toBeUndefined()
  })

  test('info goes along unread', async () => {
    const { request, store, resty } = v4SessionsIn('in a store')
    const info = Buffer.from('{"default":{"seen":7},"other":{"x":[]}}').toString('base64url')
    const jar = await minted(newBrowser(), 'session', '[[{"n":1},"default"]]', store, { info })
    const saved = await request(jar, put({ n: 2 }))
    const { key } = await decodedCookie(saved, 'session', store)
    const record = Buffer.from((await store!.read(key))!.bytes).toString()
    expect(record).toMatch(/^\["[\w-]+","[\w-]+"\]$/)
    expect(JSON.parse(record)[1]).toBe(info)
    expect(await resty.entries({ jar: saved, facts: FACTS })).toEqual([
      { audience: 'default', subject: undefined, data: { n: 2 }, info: { seen: 7 } },
    ])
  })

  test('keys have a prefix, a suffix and a hash, as they are asked for', async () => {
    const { request, store } = v4SessionsIn('in a store', { prefix: 'pfx', suffix: 'sfx', hashStorageKey: true })
    const jar = await request(newBrowser(), put({ n: 1 }))
    const id = Buffer.from(jar.get('session')[0]!, 'base64url').subarray(3, 35)
    const hashed = createHash('sha256').update(id).digest('base64url')
    expect(await store?.read(`pfx:session:${hashed}:sfx`)).toBeDefined()
    await request(jar, (session) => expect(session.data).toEqual({ n: 1 }))
  })

  test('what is no record is refused', async () => {
    const { request, store, sessions } = v4SessionsIn('in a store')
    const jar = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(jar, 'session', store)
    for (const [text, refusal] of [
      ['', 'malformed'],
      ['[]', 'malformed'],
      ['["AAAA"]', 'malformed'],
      ['\xff', 'malformed'],
    ] as const) {
      await store?.write(key, new Uint8Array(Buffer.from(text, 'latin1')), START + 999, 'any')
      expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe(refusal)
    }
  })

  test('a handle that was opened before a logout cannot save', async () => {
    const { request, sessions } = v4SessionsIn('in a store')
    const jar = await request(newBrowser(), put({ n: 1 }))
    await request(jar, async (slow, own) => {
      await request(jar, (session) => session.destroy())
      slow.data['n'] = 2
      await expect(slow.save()).rejects.toThrow(SessionGoneError)
      expect(own.setCookies).toEqual([])
    })
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('not-found')
  })
})

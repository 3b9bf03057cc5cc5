import { beforeEach, describe, expect, test, vi } from 'vitest'
import { memoryStore } from '../index.ts'
import type { SessionEvent } from './contracts/event.ts'
import type { SessionOptions } from './contracts/options.ts'
import type { Sessions } from './contracts/sessions.ts'
import { HeaderJar } from './cookies/jar.ts'
import {
  SessionClosedError,
  SessionConfigError,
  SessionConflictError,
  SessionDataError,
  SessionGoneError,
  SessionReadOnlyError,
  SessionTooLargeError,
} from './errors.ts'
import { Browser } from './test-support/browser.ts'
import { type Clock, type Data, OTHER_SECRET, request, SECRET, testSessions } from './test-support/sessions.ts'

let stores = 0
const NAME = 'session'

const kinds: [string, (options: SessionOptions<Data>) => SessionOptions<Data>][] = [
  ['cookie persistence', (options) => options],
  ['record persistence', (options) => ({ ...options, store: memoryStore({ name: `sessions-test-${stores++}` }) })],
]

describe.each(kinds)('a session in %s', (_kind, configure) => {
  let sessions: Sessions<Data>
  let clock: Clock
  let events: SessionEvent[]
  let browser: Browser
  let shared: SessionOptions<Data>

  const setUp = (options: SessionOptions<Data> = {}): void => {
    shared = configure(options)
    const made = testSessions(shared)
    sessions = made.sessions
    clock = made.clock
    events = made.events
    browser = new Browser()
  }
  const types = (): string[] => events.map((event) => event.type)
  const write = (data: Data): Promise<void> =>
    request(sessions, browser, (session) => void Object.assign(session.data, data))
  const read = (): Promise<Data> => request(sessions, browser, (session) => ({ ...session.data }))

  beforeEach(() => setUp())

  test('R12: a visitor who writes nothing gets no cookie and makes no record', async () => {
    expect(await read()).toEqual({})
    expect(browser.cookies.size).toBe(0)
    expect(events).toEqual([])
  })

  test('keeps what was written for the next request', async () => {
    await write({ name: 'Ada', cart: [1, { two: 2 }] })
    expect(await read()).toEqual({ name: 'Ada', cart: [1, { two: 2 }] })
    expect(types()).toEqual(['created'])
  })

  test('is present with an id from its first write on', async () => {
    await request(sessions, browser, async (session) => {
      expect(session).toMatchObject({ present: false, id: '', refusal: 'missing', subject: undefined })
      session.data['a'] = 1
      await session.save()
      expect(session.present).toBe(true)
      expect(session.id).toMatch(/^[\w-]{32}$/)
    })
    await request(sessions, browser, (session) => expect(session.present).toBe(true))
  })

  test('a save without a change writes nothing', async () => {
    await write({ name: 'Ada' })
    const before = new Map(browser.cookies)
    await request(sessions, browser, async (session) => {
      session.data['name'] = 'Ada'
      await session.save()
    })
    expect(browser.cookies).toEqual(before)
    expect(types()).toEqual(['created'])
  })

  test('R39: the cookie shows neither data, subject nor times', async () => {
    await request(sessions, browser, (session) => {
      session.data['canary'] = 'canary-value'
      return session.signIn('alice')
    })
    const value = browser.cookies.get(NAME) ?? ''
    const text = Buffer.from(value, 'base64url').toString('latin1')
    expect(value).not.toBe('')
    for (const clear of ['canary', 'alice', String(Math.floor(clock.now() / 1000))]) expect(text).not.toContain(clear)
  })

  test('R03: signing in changes the id and ends the old one at once', async () => {
    await write({ cart: ['book'] })
    const thief = new Browser()
    thief.cookies.set(NAME, browser.cookies.get(NAME) ?? '')
    const before = await request(sessions, browser, (session) => session.id)
    const after = await request(sessions, browser, async (session) => {
      await session.signIn('alice')
      return { id: session.id, subject: session.subject, data: session.data }
    })
    expect(after.id).not.toBe(before)
    expect(after).toMatchObject({ subject: 'alice', data: { cart: ['book'] } })
    expect(await request(sessions, browser, (session) => session.subject)).toBe('alice')
    expect(await request(sessions, thief, (session) => session.subject)).toBeUndefined()
  })

  test('signing in over somebody else’s session starts with empty data', async () => {
    await request(sessions, browser, (session) => session.signIn('alice'))
    await write({ cart: ['of alice'] })
    await request(sessions, browser, (session) => session.signIn('alice'))
    expect(await read()).toEqual({ cart: ['of alice'] })
    await request(sessions, browser, (session) => session.signIn('bob'))
    expect(await read()).toEqual({})
  })

  test('R58: where cookies can no longer be set, a verb is refused before anything is stored', async () => {
    await write({ a: 1 })
    const jar = browser.request()
    const session = await sessions.open({ jar })
    jar.seal()
    await expect(session.signIn('alice')).rejects.toThrow(SessionClosedError)
    await expect(session.regenerate()).rejects.toThrow(SessionClosedError)
    await expect(session.destroy()).rejects.toThrow(SessionClosedError)
    expect(await read()).toEqual({ a: 1 })
  })

  test('what the app changes while an update runs is kept, and so are references to what is equal', async () => {
    await write({ n: 1, prefs: { theme: 'light' }, list: [1] })
    await request(sessions, browser, async (session) => {
      const { list } = session.data
      const updating = session.update((data) => void (data['n'] = 2))
      session.data['later'] = true
      await updating
      expect(session.data).toEqual({ n: 2, prefs: { theme: 'light' }, list: [1], later: true })
      expect(session.data['list']).toBe(list)
    })
    expect(await read()).toEqual({ n: 2, prefs: { theme: 'light' }, list: [1], later: true })
  })

  test('an update that fails does not keep other changes from being saved at the end', async () => {
    await write({ a: 1 })
    await request(sessions, browser, async (session) => {
      session.data['a'] = 2
      await expect(session.update((data) => void (data['when'] = new Date(0)))).rejects.toThrow(SessionDataError)
    })
    expect(await read()).toEqual({ a: 2 })
  })

  test('a schema is not asked about data that was only read', async () => {
    let asked = 0
    const validate = (value: unknown) => (asked++ ? { issues: [{ message: 'asked again' }] } : { value: value as Data })
    await write({ a: 1 })
    const value = browser.cookies.get(NAME) ?? ''
    const { store } = shared
    const { sessions: strict } = testSessions({
      ...(store && { store }),
      schema: { '~standard': { version: 1, vendor: 'test', validate } },
    })
    const session = await strict.open({ jar: new HeaderJar(`${NAME}=${value}`) })
    expect(session.data).toEqual({ a: 1 })
    await expect(strict.settle(session)).resolves.toBeUndefined()
    expect(asked).toBe(1)
  })

  test('regenerating changes the id and keeps data and subject', async () => {
    await request(sessions, browser, (session) => {
      session.data['a'] = 1
      return session.signIn('alice')
    })
    const before = await request(sessions, browser, (session) => session.id)
    await request(sessions, browser, (session) => session.regenerate())
    await request(sessions, browser, (session) => {
      expect(session.id).not.toBe(before)
      expect(session).toMatchObject({ subject: 'alice', data: { a: 1 } })
    })
  })

  test('regenerating with flush empties the data', async () => {
    await write({ a: 1 })
    await request(sessions, browser, (session) => session.regenerate({ flush: true }))
    expect(await read()).toEqual({})
  })

  test('R56: destroying deletes the cookies and leaves a new, empty session', async () => {
    await write({ a: 1 })
    await request(sessions, browser, async (session) => {
      await session.destroy()
      expect(session).toMatchObject({ present: false, id: '', data: {} })
    })
    expect(browser.cookies.size).toBe(0)
    expect(await read()).toEqual({})
    expect(types()).toContain('destroyed')
  })

  test('what is written after destroying in the same request starts another session', async () => {
    await write({ a: 1 })
    const before = await request(sessions, browser, (session) => session.id)
    await request(sessions, browser, async (session) => {
      await session.destroy()
      session.data['notice'] = 'signed out'
    })
    await request(sessions, browser, (session) => {
      expect(session.data).toEqual({ notice: 'signed out' })
      expect(session.id).not.toBe(before)
    })
  })

  test('R57: a response sets each cookie once, also after save, destroy and save', async () => {
    const jar = browser.request()
    const session = await sessions.open({ jar })
    session.data['a'] = 1
    await session.save()
    await session.destroy()
    session.data['b'] = 2
    await session.save()
    expect(jar.lines).toHaveLength(1)
  })

  test('update runs on the data with this handle’s unsaved changes', async () => {
    await write({ count: 1 })
    await request(sessions, browser, async (session) => {
      session.data['seen'] = true
      await session.update((data) => void (data['count'] = Number(data['count']) + 1))
      expect(session.data).toEqual({ seen: true, count: 2 })
    })
    expect(await read()).toEqual({ seen: true, count: 2 })
  })

  test('update refuses a function that is not synchronous', async () => {
    await request(sessions, browser, async (session) => {
      await expect(session.update((async () => undefined) as () => void)).rejects.toThrow(/synchronous/)
    })
  })

  test('a failed response drops what was not saved', async () => {
    await write({ a: 1 })
    await request(sessions, browser, (session) => void (session.data['a'] = 2), 500)
    expect(await read()).toEqual({ a: 1 })
    expect(types()).toContain('discarded')
  })

  test('data that the app was told cannot be serialized is not tried again at the end', async () => {
    await write({ a: 1 })
    await request(sessions, browser, async (session) => {
      session.data['when'] = new Date(0)
      await expect(session.save()).rejects.toThrow(SessionDataError)
    })
    expect(await read()).toEqual({ a: 1 })
    await expect(request(sessions, browser, (session) => void (session.data['when'] = new Date(0)))).rejects.toThrow(
      SessionDataError,
    )
  })

  test('data the session cannot keep is refused by its path, and the old data stays', async () => {
    await write({ a: 1 })
    const jar = browser.request()
    const session = await sessions.open({ jar })
    session.data['list'] = [{ when: new Date(0) }]
    await expect(session.save()).rejects.toThrow(SessionDataError)
    await expect(session.save()).rejects.toMatchObject({ code: 'session_data', path: 'list[0].when' })
    expect(jar.lines).toEqual([])
    expect(await read()).toEqual({ a: 1 })
  })

  test('a closed session cannot be written to', async () => {
    const session = await sessions.open({ jar: browser.request() })
    await session.close()
    await expect(session.save()).rejects.toThrow(SessionClosedError)
  })

  test('a session read for reading cannot be written to', async () => {
    await write({ a: 1 })
    const session = await sessions.read({ jar: browser.request() })
    expect(session.data).toEqual({ a: 1 })
    await expect((session as unknown as { save(): Promise<void> }).save()).rejects.toThrow(SessionReadOnlyError)
  })

  test('creating where cookies cannot be set is refused before anything is stored', async () => {
    const session = await sessions.open({ jar: { get: () => [] } })
    session.data['a'] = 1
    await expect(session.save()).rejects.toThrow(SessionReadOnlyError)
    expect(events).toEqual([])
  })

  describe('in time', () => {
    test.each([
      ['idle', 900, 'expired-idle'],
      ['rolling', 3600, 'expired-rolling'],
      ['absolute', 86_400, 'expired-absolute'],
    ] as const)('R05: its %s deadline counts from its own second on', async (deadline, seconds, refusal) => {
      setUp({ idle: false, rolling: false, absolute: false, [deadline]: seconds })
      await write({ a: 1 })
      clock.advance(seconds - 1)
      const open = await sessions.open({ jar: browser.request() })
      expect(open.present).toBe(true)
      clock.advance(1)
      const ended = await sessions.open({ jar: browser.request() })
      expect(ended).toMatchObject({ present: false, data: {} })
      expect(ended.refusal).toBe(refusal)
    })

    test('a reader stays signed in past the idle limit, at one write a minute', async () => {
      await write({ a: 1 })
      for (let minute = 0; minute < 60; minute++) {
        clock.advance(60)
        expect(await read()).toEqual({ a: 1 })
      }
      expect(types().filter((type) => type === 'touched' || type === 'renewed')).toHaveLength(60)
    })

    test('use within touchEvery writes nothing', async () => {
      await write({ a: 1 })
      events.length = 0
      clock.advance(59)
      await read()
      expect(events).toEqual([])
    })

    test('R06: nothing but a sign-in moves the absolute deadline', async () => {
      await write({ a: 1 })
      const ends = await request(sessions, browser, (session) => session.expires.absolute)
      for (const verb of ['save', 'touch', 'regenerate'] as const) {
        clock.advance(600)
        await request(sessions, browser, (session) => {
          session.data['at'] = clock.now()
          return session[verb]()
        })
        expect(await request(sessions, browser, (session) => session.expires.absolute)).toEqual(ends)
      }
      await request(sessions, browser, (session) => session.signIn('alice'))
      expect(await request(sessions, browser, (session) => session.expires.absolute)).not.toEqual(ends)
    })

    test('R13: a remembered session opens past its fresh deadlines and is never fresh again by itself', async () => {
      await request(sessions, browser, (session) => session.signIn('alice', { remember: true }))
      expect(await request(sessions, browser, (session) => session.remembered)).toBe(false)
      for (let day = 0; day < 6; day++) {
        clock.advance(86_400)
        for (let visit = 0; visit < 3; visit++) {
          clock.advance(61)
          await request(sessions, browser, (session) => {
            expect(session).toMatchObject({ subject: 'alice', remembered: true })
          })
        }
      }
      await request(sessions, browser, (session) => session.signIn('alice', { remember: true }))
      expect(await request(sessions, browser, (session) => session.remembered)).toBe(false)
    })

    test('a remembered session ends at its own deadlines', async () => {
      await request(sessions, browser, (session) => session.signIn('alice', { remember: true }))
      clock.advance(604_800)
      const ended = await sessions.open({ jar: browser.request() })
      expect(ended).toMatchObject({ present: false, refusal: 'expired-rolling' })
    })

    test('times from more than a minute in the future are malformed', async () => {
      await write({ a: 1 })
      clock.advance(-61)
      const session = await sessions.open({ jar: browser.request() })
      expect(session.refusal).toBe('malformed')
    })
  })

  describe('in its cookie', () => {
    const attributesOf = (jar: HeaderJar): string[] => (jar.lines[0] ?? '').split('; ').slice(1)
    const setCookie = async (remember = false): Promise<HeaderJar> => {
      const jar = browser.request()
      const session = await sessions.open({ jar })
      await session.signIn('alice', { remember })
      return jar
    }

    test('lives until the browser closes by default', async () => {
      expect(attributesOf(await setCookie())).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax'])
    })

    test('lives for the remaining absolute time when persistent or remembered', async () => {
      expect(attributesOf(await setCookie(true))).toContain('Max-Age=2592000')
      setUp({ persistent: true })
      expect(attributesOf(await setCookie())).toContain('Max-Age=86400')
    })

    test('R17: is Secure, prefixed and bound to the host in production', async () => {
      setUp({ cookie: { secure: true } })
      const jar = await setCookie()
      expect(jar.lines[0]).toMatch(/^__Host-session=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    })

    test('R14: is not set over plain http, except to this machine itself', async () => {
      setUp({ cookie: { secure: true } })
      const facts = (host: string) => ({ scheme: 'http', host }) as const
      for (const [host, count] of [
        ['example.com', 0],
        ['localhost:3000', 1],
        ['127.0.0.1', 1],
        ['[::1]:80', 1],
      ] as const) {
        const jar = new HeaderJar('')
        const session = await sessions.open({ jar, facts: facts(host) })
        session.data['a'] = 1
        await session.save()
        expect(jar.lines).toHaveLength(count)
      }
      expect(types()).toContain('insecure-transport')
    })

    test('R34: opens under its own name, audience and secret only', async () => {
      await write({ a: 1 })
      const value = browser.cookies.get(NAME) ?? ''
      const open = async (options: SessionOptions<Data>, name = NAME) => {
        const other = testSessions(configure(options)).sessions
        return (await other.open({ jar: new HeaderJar(`${name}=${value}`) })).refusal
      }
      expect(await open({ name: 'other' }, 'other')).toBe('tampered')
      expect(await open({ audience: 'admin' })).toBe('tampered')
      expect(await open({ secret: OTHER_SECRET })).toBe('unknown-key')
    })

    test('R37: an older secret opens, and the next request is sealed under the newest', async () => {
      const store = memoryStore({ name: `rotation-${stores++}` })
      const isRecord = configure({}).store !== undefined
      const make = (secret: string[]) => testSessions({ secret, ...(isRecord && { store }) }).sessions
      const [old, both, newest] = [make([SECRET]), make([OTHER_SECRET, SECRET]), make([OTHER_SECRET])]
      await request(old, browser, (session) => void (session.data['a'] = 1))
      expect(await request(both, browser, (session) => session.data)).toEqual({ a: 1 })
      expect(await request(newest, browser, (session) => session.data)).toEqual({ a: 1 })
    })

    test('R27: two that both open are ambiguous, the same one twice is not', async () => {
      await write({ a: 1 })
      const first = browser.cookies.get(NAME) ?? ''
      browser = new Browser()
      await write({ b: 2 })
      const second = browser.cookies.get(NAME) ?? ''
      const open = async (header: string) => sessions.open({ jar: new HeaderJar(header) })
      expect((await open(`${NAME}=${first}; ${NAME}=${second}`)).refusal).toBe('ambiguous')
      expect((await open(`${NAME}=${first}; ${NAME}=${first}`)).data).toEqual({ a: 1 })
      expect((await open(`${NAME}=junk; ${NAME}=${first}; ${NAME}=`)).data).toEqual({ a: 1 })
    })

    test('a refused one is neither set nor deleted', async () => {
      const jar = new HeaderJar(`${NAME}=junk`)
      const session = await sessions.start({ jar })
      await sessions.settle(session)
      expect(session.refusal).toBe('malformed')
      expect(jar.lines).toEqual([])
      expect(events).toEqual([{ type: 'refused', reason: 'malformed' }])
    })

    test('is deleted by destroy even when it no longer opens', async () => {
      const jar = new HeaderJar(`${NAME}=junk; ${NAME}.2=more; other=1`)
      await sessions.destroy({ jar })
      expect(jar.lines.map((line) => line.split('=')[0])).toEqual([NAME, `${NAME}.2`])
      expect(jar.lines.every((line) => line.includes('Max-Age=0'))).toBe(true)
    })
  })

  test('R55: bound facts are demanded of sessions made before binding was configured', async () => {
    const store = memoryStore({ name: `bind-${stores++}` })
    const shared = configure({}).store ? { store } : {}
    const plain = testSessions(shared).sessions
    await request(plain, browser, (session) => void (session.data['a'] = 1))
    const { sessions: bound } = testSessions({ ...shared, bind: ['userAgent'] })
    const session = await bound.open({ jar: browser.request(), facts: { userAgent: 'Firefox' } })
    expect(session.refusal).toBe('bound-elsewhere')
  })

  test('a session bound to user agent and scheme is refused elsewhere', async () => {
    setUp({ bind: ['userAgent', 'scheme'] })
    const jar = browser.request()
    const session = await sessions.open({ jar, facts: { userAgent: 'Firefox', scheme: 'https' } })
    session.data['a'] = 1
    await session.save()
    browser.receive(jar)
    const open = async (facts: { userAgent?: string; scheme: 'https' | 'http' }) =>
      (await sessions.open({ jar: browser.request(), facts })).refusal
    expect(await open({ userAgent: 'Firefox', scheme: 'https' })).toBeUndefined()
    expect(await open({ userAgent: 'Chrome', scheme: 'https' })).toBe('bound-elsewhere')
    expect(await open({ userAgent: 'Firefox', scheme: 'http' })).toBe('bound-elsewhere')
    expect(await open({ scheme: 'https' })).toBe('bound-elsewhere')
  })

  test('binding to what nobody supplies is a mistake of the configuration', async () => {
    setUp({ bind: ['tlsSession'] })
    await expect(sessions.open({ jar: browser.request() })).rejects.toThrow(SessionConfigError)
  })

  test('data of an older version is migrated on load, and reading writes nothing', async () => {
    const store = memoryStore({ name: `versions-${stores++}` })
    const shared = configure({}).store ? { store } : {}
    await request(testSessions(shared).sessions, browser, (session) => void (session.data['name'] = 'Ada'))
    const migrate = (data: Data, from: number): Data => ({ user: { name: data['name'], from } })
    const { sessions: next, events } = testSessions({ ...shared, version: 1, migrate })
    expect(await request(next, browser, (session) => session.data)).toEqual({ user: { name: 'Ada', from: 0 } })
    expect(events).toEqual([])
    await request(next, browser, (session) => void (session.data['seen'] = true))
    expect(await request(next, browser, (session) => session.data)).toEqual({
      user: { name: 'Ada', from: 0 },
      seen: true,
    })
    const { sessions: without } = testSessions({ ...shared, version: 2 })
    expect((await without.open({ jar: browser.request() })).refusal).toBe('schema')
  })

  test('R40: events carry the keyed hash that session.id shows, and nothing else of the session', async () => {
    const id = await request(sessions, browser, async (session) => {
      session.data['canary'] = 'canary-data'
      await session.signIn('canary-subject')
      return session.id
    })
    await request(sessions, browser, (session) => session.destroy())
    const text = JSON.stringify(events)
    expect(events.find((event) => event.type === 'signed-in')?.id).toBe(id)
    for (const canary of ['canary', SECRET, browser.cookies.get(NAME) ?? SECRET]) expect(text).not.toContain(canary)
  })

  test('a listener that throws changes nothing', async () => {
    setUp({
      onEvent: () => {
        throw new Error('listener')
      },
    })
    await write({ a: 1 })
    expect(await read()).toEqual({ a: 1 })
  })
})

describe('a session too large for its cookies', () => {
  test('is not tried again at the end of a request whose app was told already', async () => {
    const { sessions, events } = testSessions()
    const browser = new Browser()
    await request(sessions, browser, async (session) => {
      session.data['large'] = 'x'.repeat(12_000)
      await expect(session.save()).rejects.toThrow(SessionTooLargeError)
    })
    expect(events.map(({ type }) => type)).toEqual(['discarded'])
    await expect(
      request(sessions, browser, async (session) => {
        session.data['large'] = 'x'.repeat(12_000)
        await expect(session.save()).rejects.toThrow(SessionTooLargeError)
        session.data['large'] = 'y'.repeat(12_000)
      }),
    ).rejects.toThrow(SessionTooLargeError)
  })

  test('is refused with a report per key, and the old session stays', async () => {
    const { sessions } = testSessions()
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const before = new Map(browser.cookies)
    const session = await sessions.open({ jar: browser.request() })
    session.data['large'] = 'x'.repeat(12_000)
    await expect(session.save()).rejects.toThrow(SessionTooLargeError)
    await expect(session.save()).rejects.toMatchObject({ code: 'session_too_large', bytes: { large: 12_002, a: 1 } })
    expect(browser.cookies).toEqual(before)
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: 1 })
  })

  test('takes several cookies within its budget, and gives them back when it shrinks', async () => {
    const { sessions } = testSessions()
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['large'] = 'x'.repeat(8_000)))
    expect([...browser.cookies.keys()]).toEqual(['session', 'session.2', 'session.3'])
    for (const [name, value] of browser.cookies) expect(name.length + value.length).toBeLessThanOrEqual(4096)
    expect(await request(sessions, browser, (session) => session.data['large'])).toHaveLength(8_000)
    await request(sessions, browser, (session) => void (session.data['large'] = 'x'))
    expect([...browser.cookies.keys()]).toEqual(['session'])
  })

  test('opens only with all of its cookies, in order, and with no other’s', async () => {
    const { sessions } = testSessions()
    const [alice, bob] = [new Browser(), new Browser()]
    for (const browser of [alice, bob])
      await request(sessions, browser, (session) => void (session.data['large'] = 'x'.repeat(8_000)))
    const refusal = async (change: (cookies: Map<string, string>) => void) => {
      const browser = new Browser()
      for (const [name, value] of alice.cookies) browser.cookies.set(name, value)
      change(browser.cookies)
      return (await sessions.open({ jar: browser.request() })).refusal
    }
    const [second = '', third = ''] = [alice.cookies.get('session.2'), alice.cookies.get('session.3')]
    expect(await refusal(() => undefined)).toBeUndefined()
    expect(await refusal((cookies) => cookies.delete('session.2'))).toBe('incomplete')
    expect(await refusal((cookies) => cookies.set('session.2', bob.cookies.get('session.2') ?? ''))).toBe('tampered')
    expect(await refusal((cookies) => cookies.set('session.2', third).set('session.3', second))).toMatch(
      /malformed|tampered/,
    )
    expect(await refusal((cookies) => cookies.set('session', `9.${cookies.get('session')?.slice(2)}`))).toBe(
      'malformed',
    )
    expect(await refusal((cookies) => cookies.set('session2', 'not a chunk'))).toBeUndefined()
  })
})

describe('a session in a store', () => {
  const setUp = (options: SessionOptions<Data> = {}) => {
    const store = memoryStore({ name: `store-test-${stores++}` })
    return { ...testSessions({ store, ...options }), store, browser: new Browser() }
  }
  const open = (sessions: Sessions<Data>, browser: Browser) => sessions.open({ jar: browser.request() })

  test('keeps what parallel requests wrote', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = { x: 1 }))
    const [one, two] = [await open(sessions, browser), await open(sessions, browser)]
    one.data['one'] = 1
    two.data['two'] = 2
    Object.assign(two.data['a'] as object, { y: 2 })
    await one.save()
    await two.save()
    expect(two.data).toEqual({ a: { x: 1, y: 2 }, one: 1, two: 2 })
    expect(await request(sessions, browser, (session) => session.data)).toEqual(two.data)
  })

  test('counts 200 parallel updates exactly', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => void (session.data['n'] = 0))
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const session = await open(sessions, browser)
        await session.update((data) => void (data['n'] = Number(data['n']) + 1))
      }),
    )
    expect(await request(sessions, browser, (session) => session.data['n'])).toBe(200)
  })

  test('a list that two requests changed is a conflict, and nothing is overwritten', async () => {
    const { sessions, browser, events } = setUp()
    await request(sessions, browser, (session) => void (session.data['cart'] = []))
    const [one, two] = [await open(sessions, browser), await open(sessions, browser)]
    one.data['cart'] = ['book']
    two.data['cart'] = ['pen']
    await one.save()
    await expect(two.save()).rejects.toThrow(SessionConflictError)
    await expect(two.save()).rejects.toMatchObject({ paths: ['cart'] })
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ cart: ['book'] })
    expect(events).toContainEqual(expect.objectContaining({ type: 'conflict', resolved: false }))
  })

  test('of two scalars the later write stands, and an event names the path', async () => {
    const { sessions, browser, events } = setUp()
    await request(sessions, browser, (session) => void (session.data['theme'] = 'light'))
    const [one, two] = [await open(sessions, browser), await open(sessions, browser)]
    one.data['theme'] = 'dark'
    two.data['theme'] = 'blue'
    await one.save()
    await two.save()
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ theme: 'blue' })
    expect(events).toContainEqual(expect.objectContaining({ type: 'overwritten', paths: ['theme'] }))
  })

  test('changes made while a save is under way are kept', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const [one, two] = [await open(sessions, browser), await open(sessions, browser)]
    await one.update((data) => void (data['other'] = true))
    two.data['b'] = 2
    const saving = two.save()
    two.data['c'] = 3
    await saving
    await two.save()
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: 1, b: 2, c: 3, other: true })
  })

  test('reading a session that another request destroys meanwhile is no error', async () => {
    const { sessions, browser, clock } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    clock.advance(120)
    const reader = await open(sessions, browser)
    await request(sessions, browser, (session) => session.destroy())
    expect(reader.data).toEqual({ a: 1 })
    await expect(sessions.settle(reader)).resolves.toBeUndefined()
  })

  test('R47: a slow request does not bring a destroyed session back', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => session.signIn('alice'))
    const cookies = new Map(browser.cookies)
    const slow = await open(sessions, browser)
    await request(sessions, browser, (session) => session.destroy())
    slow.data['a'] = 1
    await expect(slow.save()).rejects.toThrow(SessionGoneError)
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    const replayed = await open(sessions, browser)
    expect(replayed).toMatchObject({ present: false, refusal: 'destroyed' })
    replayed.data['a'] = 1
    await expect(replayed.save()).rejects.toThrow(SessionGoneError)
  })

  test('an old id leads to its successor for `discard` seconds, and the response brings the new cookie', async () => {
    const { sessions, browser, clock } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const sibling = new Browser()
    sibling.cookies.set(NAME, browser.cookies.get(NAME) ?? '')
    const late = new Browser()
    late.cookies.set(NAME, browser.cookies.get(NAME) ?? '')
    await request(sessions, browser, (session) => session.regenerate())
    await request(sessions, sibling, (session) => void (session.data['b'] = 2))
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: 1, b: 2 })
    expect(await request(sessions, sibling, (session) => session.id)).toBe(
      await request(sessions, browser, (session) => session.id),
    )
    clock.advance(10)
    expect((await open(sessions, late)).refusal).toBe('destroyed')
    expect((await open(sessions, sibling)).data).toEqual({ a: 1, b: 2 })
  })

  test('50 parallel regenerates leave one lineage, and every loser ends on the winner’s session', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const results = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const jar = browser.request()
        const session = await sessions.open({ jar })
        await session.regenerate()
        return { id: session.id, jar }
      }),
    )
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    for (const { jar } of results) {
      const winner = new Browser()
      winner.receive(jar)
      expect((await open(sessions, winner)).data).toEqual({ a: 1 })
    }
  })

  test('a handle from before a sign-in never gets into the signed-in session', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const before = await open(sessions, browser)
    await request(sessions, browser, (session) => session.signIn('alice'))
    before.data['b'] = 2
    await expect(before.save()).rejects.toThrow(SessionGoneError)
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: 1 })
  })

  test('destroying ends every session that the cookies name, also those that are ambiguous', async () => {
    const { sessions } = setUp()
    const [ann, bob] = [new Browser(), new Browser()]
    for (const browser of [ann, bob]) await request(sessions, browser, (session) => session.signIn('alice'))
    const both = [ann, bob].map((browser) => `${NAME}=${browser.cookies.get(NAME)}`).join('; ')
    await sessions.destroy({ jar: new HeaderJar(both) })
    for (const browser of [ann, bob]) expect((await open(sessions, browser)).refusal).toBe('destroyed')
  })

  test('an always-saving app does not fail after a logout elsewhere when it has nothing to save', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => session.signIn('alice'))
    const copy = new Browser()
    copy.cookies.set(NAME, browser.cookies.get(NAME) ?? '')
    await request(sessions, browser, (session) => session.destroy())
    await expect(request(sessions, copy, (session) => session.save())).resolves.toBeUndefined()
  })

  test('over plain http no record is made and no session is moved, for its cookie would not arrive', async () => {
    const { sessions, browser, store } = setUp({ cookie: { secure: true } })
    const facts = { scheme: 'http', host: 'shop.example' } as const
    const fresh = await sessions.open({ jar: browser.request(), facts })
    fresh.data['a'] = 1
    const write = vi.spyOn(store, 'write')
    await fresh.save()
    expect(fresh.present).toBe(false)
    await request(sessions, browser, (session) => session.signIn('alice'))
    write.mockClear()
    const session = await sessions.open({ jar: browser.request(), facts })
    await session.regenerate()
    expect(write).not.toHaveBeenCalled()
    expect((await open(sessions, browser)).subject).toBe('alice')
  })

  test('the strategy `regenerate` gives every save a new id', async () => {
    const { sessions, browser } = setUp({ strategy: 'regenerate' })
    const ids = new Set<string>()
    for (let n = 0; n < 3; n++) {
      await request(sessions, browser, (session) => void (session.data['n'] = n))
      ids.add(await request(sessions, browser, (session) => session.id))
    }
    expect(ids.size).toBe(3)
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ n: 2 })
  })

  test('the cookie is set on creation, rotation and sign-in only', async () => {
    const { sessions, browser, clock } = setUp()
    const lines = async (handler: Parameters<typeof request<void>>[2]): Promise<number> => {
      const jar = browser.request()
      const session = await sessions.start({ jar }, { touch: false })
      await handler(session)
      await sessions.settle(session)
      browser.receive(jar)
      return jar.lines.length
    }
    expect(await lines((session) => void (session.data['a'] = 1))).toBe(1)
    expect(await lines((session) => void (session.data['a'] = 2))).toBe(0)
    clock.advance(120)
    expect(await lines(() => undefined)).toBe(0)
    expect(await lines((session) => session.regenerate())).toBe(1)
    expect(await lines((session) => session.signIn('alice'))).toBe(1)
  })
})

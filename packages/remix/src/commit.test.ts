import {
  memoryStore,
  SessionConfigError,
  SessionDataError,
  type SessionEvent,
  SessionTooLargeError,
  SessionUnsupportedError,
} from '@sojourn/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessions, type RemixSessionOptions, type RemixSessions } from './index.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  name: string
  visits: number
  big: string
}

const start = Date.UTC(2030, 0, 1)
let now: number
let events: SessionEvent[]
let visitor: Visitor

beforeEach(() => {
  now = start
  events = []
  visitor = new Visitor()
})

const sessionsWith = (options: RemixSessionOptions<Data> = {}): RemixSessions<Data, Data> =>
  createSessions<Data>({
    secret: 'a secret of these tests, long enough for the rule',
    name: 'session',
    now: () => now,
    onEvent: (event) => events.push(event),
    ...options,
  })

const receive = (headers: Headers): void => {
  for (const line of headers.getSetCookie()) visitor.receive(line)
}

/** One request that sets these values and sends the cookies. */
async function store(storage: RemixSessions<Data, Data>, values: Partial<Data>): Promise<void> {
  const session = await storage.getSession(visitor.request('/'))
  Object.assign(session.data, values)
  receive(await storage.commitHeaders(session))
}

describe('a commit with nothing to do', () => {
  it('sets no cookie for a visitor without a session', async () => {
    const { getSession, commitSession, commitHeaders } = sessionsWith()
    const session = await getSession(visitor.request('/'))
    expect(session.get('name')).toBeUndefined()
    expect(await commitSession(session)).toBe('')
    expect([...(await commitHeaders(session))]).toEqual([])
  })

  it('sets no cookie when nothing changed', async () => {
    const storage = sessionsWith()
    await store(storage, { name: 'Ada' })
    now += 59_000
    const session = await storage.getSession(visitor.request('/'))
    expect(session.get('name')).toBe('Ada')
    expect(await storage.commitSession(session)).toBe('')
    expect([...(await storage.commitHeaders(session))]).toEqual([])
  })

  it('sets the cookie anew when the session was used and that was not written down for a minute', async () => {
    const storage = sessionsWith()
    await store(storage, { name: 'Ada' })
    for (let minute = 0; minute < 30; minute++) {
      now += 60_000
      const session = await storage.getSession(visitor.request('/'))
      expect(session.get('name')).toBe('Ada')
      visitor.receive(await storage.commitSession(session))
    }
    expect((await storage.getSession(visitor.request('/'))).get('name')).toBe('Ada')
  })

  it.each<[string, RemixSessionOptions<Data>, RequestInit]>([
    ['for a prefetch', {}, { headers: { 'sec-purpose': 'prefetch' } }],
    ['with autoTouch off', { autoTouch: false }, {}],
  ])('renews nothing %s', async (_when, options, init) => {
    const storage = sessionsWith(options)
    await store(storage, { name: 'Ada' })
    now += 600_000
    const session = await storage.getSession(visitor.request('/', init))
    expect([...(await storage.commitHeaders(session))]).toEqual([])
  })
})

describe('commitHeaders', () => {
  it('gives the cookie together with the cache headers it needs', async () => {
    const { getSession, commitHeaders } = sessionsWith()
    const session = await getSession(visitor.request('/'))
    session.set('name', 'Ada')
    const headers = await commitHeaders(session)
    expect(headers.get('set-cookie')).toMatch(/^session=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toBe('Cookie')
  })

  it('carries a session in several cookies, and takes away those that it no longer needs', async () => {
    const storage = sessionsWith()
    await store(storage, { big: 'x'.repeat(6000) })
    expect([...visitor.cookies.keys()]).toEqual(['session', 'session.2', 'session.3'])
    expect((await storage.getSession(visitor.cookieHeader)).get('big')).toHaveLength(6000)
    await store(storage, { big: 'small', name: 'Ada' })
    expect([...visitor.cookies.keys()]).toEqual(['session'])
    expect((await storage.getSession(visitor.cookieHeader)).data).toEqual({ big: 'small', name: 'Ada' })
  })

  it('refuses what does not fit, and leaves the old session as it was', async () => {
    const storage = sessionsWith()
    await store(storage, { name: 'Ada' })
    const session = await storage.getSession(visitor.request('/'))
    session.set('big', 'x'.repeat(12_000))
    await expect(storage.commitHeaders(session)).rejects.toThrow(SessionTooLargeError)
    expect((await storage.getSession(visitor.request('/'))).data).toEqual({ name: 'Ada' })
  })

  it('gives every cookie of the request, however often it is asked', async () => {
    const { getSession, commitHeaders } = sessionsWith()
    const session = await getSession(visitor.request('/'))
    session.set('name', 'Ada')
    const first = await commitHeaders(session)
    expect([...(await commitHeaders(session))]).toEqual([...first])
  })
})

describe('commitSession', () => {
  it('names commitHeaders when one string cannot hold all cookies', async () => {
    const storage = sessionsWith()
    const growing = await storage.getSession(visitor.request('/'))
    growing.set('big', 'x'.repeat(6000))
    await expect(storage.commitSession(growing)).rejects.toThrow(SessionUnsupportedError)
    await expect(storage.commitSession(growing)).rejects.toThrow(/3 cookies .*commitHeaders\(session\)/)
    receive(await storage.commitHeaders(growing))

    const shrinking = await storage.getSession(visitor.request('/'))
    shrinking.unset('big')
    await expect(storage.commitSession(shrinking)).rejects.toThrow(/commitHeaders\(session\)/)
  })

  it('refuses what JSON would change, and `__proto__` as a name', async () => {
    const storage = sessionsWith()
    for (const [name, value] of [
      ['name', new Date()],
      ['__proto__', { polluted: true }],
    ] as const) {
      const session = await storage.getSession()
      Reflect.apply(session.set, session, [name, value])
      await expect(storage.commitSession(session)).rejects.toThrow(SessionDataError)
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it.each([{ maxAge: 60 }, { expires: new Date() }, { path: '/app', secure: true }])(
    'refuses the cookie options %j, which belong to the configuration',
    async (options) => {
      const storage = sessionsWith()
      const session = await storage.getSession()
      for (const verb of [storage.commitSession, storage.destroySession]) {
        const call = Reflect.apply(verb, storage, [session, options])
        await expect(call).rejects.toThrow(SessionConfigError)
        await expect(call).rejects.toThrow(`\`${Object.keys(options)[0]}\``)
      }
    },
  )

  it('takes options that say nothing', async () => {
    const storage = sessionsWith()
    const session = await storage.getSession()
    session.set('name', 'Ada')
    const line: unknown = await Reflect.apply(storage.commitSession, storage, [session, { maxAge: undefined }])
    expect(line).toContain('session=')
  })
})

describe('destroySession', () => {
  it('sets no cookie for a visitor without a session', async () => {
    const { getSession, destroySession } = sessionsWith()
    expect(await destroySession(await getSession(visitor.request('/')))).toBe('')
  })

  it('deletes a cookie that no longer opens', async () => {
    visitor.receive('session=garbage')
    const { getSession, destroySession } = sessionsWith()
    expect(await destroySession(await getSession(visitor.request('/')))).toMatch(/^session=; Max-Age=0; Path=\//)
  })

  it('ends a session of several cookies with the first, and commitHeaders deletes the rest', async () => {
    const storage = sessionsWith()
    await store(storage, { big: 'x'.repeat(6000) })
    const session = await storage.getSession(visitor.request('/'))
    visitor.receive(await storage.destroySession(session))
    expect([...visitor.cookies.keys()]).toEqual(['session.2', 'session.3'])
    expect((await storage.getSession(visitor.request('/'))).present).toBe(false)
    receive(await storage.commitHeaders(session))
    expect(visitor.cookies.size).toBe(0)
  })

  it('leaves a new, empty session to go on with', async () => {
    const storage = sessionsWith()
    await store(storage, { name: 'Ada' })
    const session = await storage.getSession(visitor.request('/'))
    await storage.destroySession(session)
    expect(session.data).toEqual({})
    session.flash('name', 'Good bye')
    receive(await storage.commitHeaders(session))
    expect((await storage.getSession(visitor.request('/'))).get('name')).toBe('Good bye')
  })
})

describe('the session behind', () => {
  it('signs in under a new id, and the id from before the sign-in is worth nothing', async () => {
    const storage = sessionsWith({ store: memoryStore({ name: 'sign-in of the Remix binding', now: () => now }) })
    await store(storage, { name: 'Ada' })
    const before = visitor.cookieHeader
    const session = await storage.getSession(visitor.request('/'))
    const { id } = session
    await session.signIn('ada')
    visitor.receive(await storage.commitSession(session))

    expect(session.id).not.toBe(id)
    const after = await storage.getSession(visitor.request('/'))
    expect(after.subject).toBe('ada')
    expect(after.get('name')).toBe('Ada')
    expect((await storage.getSession(before)).present).toBe(false)
  })

  it('stays signed in past the browser session with remember', async () => {
    const storage = sessionsWith()
    const session = await storage.getSession(visitor.request('/'))
    await session.signIn('ada', { remember: true })
    expect(await storage.commitSession(session)).toMatch(/; Max-Age=2592000;/)
  })

  it('shows its own methods and those of Remix the same data', async () => {
    const { getSession } = sessionsWith()
    const session = await getSession(visitor.request('/'))
    const { data } = session
    session.set('visits', 1)
    await session.update((newest) => {
      newest.visits = (newest.visits ?? 0) + 1
    })
    expect(session.get('visits')).toBe(2)
    session.data.name = 'Ada'
    expect(session.get('name')).toBe('Ada')
    session.unset('visits')
    expect(data).toEqual({ name: 'Ada' })
    await session.regenerate({ flush: true })
    expect(session.has('name')).toBe(false)
  })

  it('keeps what parallel requests write, with a store', async () => {
    const storage = sessionsWith({
      store: memoryStore({ name: 'parallel requests of the Remix binding', now: () => now }),
    })
    await store(storage, { visits: 0 })
    const [one, two] = await Promise.all([
      storage.getSession(visitor.cookieHeader),
      storage.getSession(visitor.cookieHeader),
    ])
    one.set('name', 'Ada')
    two.set('visits', 1)
    await Promise.all([storage.commitSession(one), storage.commitSession(two)])
    expect((await storage.getSession(visitor.cookieHeader)).data).toEqual({ name: 'Ada', visits: 1 })
  })
})

describe('client facts', () => {
  it('open bound sessions only for the client that they were made for', async () => {
    const storage = sessionsWith({ bind: ['userAgent', 'scheme'] })
    const from = (agent: string): Request => visitor.request('/', { headers: { 'user-agent': agent } })
    const session = await storage.getSession(from('one'))
    session.set('name', 'Ada')
    receive(await storage.commitHeaders(session))
    expect((await storage.getSession(from('one'))).get('name')).toBe('Ada')
    expect((await storage.getSession(from('two'))).refusal).toBe('bound-elsewhere')
  })

  it('are not in a Cookie header, which then opens nothing', async () => {
    const { getSession } = sessionsWith({ bind: ['userAgent'] })
    await expect(getSession('session=x')).rejects.toThrow(/userAgent.*getSession\(request\)/)
    await expect(getSession()).rejects.toThrow(SessionConfigError)
  })

  it('come from trusted proxies and from the app', async () => {
    const address = '192.0.2.1'
    const bound = sessionsWith({
      bind: ['address', 'tlsSession'],
      trustedHops: 1,
      clientFacts: () => ({ tlsSession: 't' }),
    })
    const from = (forwarded: string): Request => visitor.request('/', { headers: { 'x-forwarded-for': forwarded } })
    const session = await bound.getSession(from(address))
    session.set('name', 'Ada')
    receive(await bound.commitHeaders(session))
    expect((await bound.getSession(from(`10.0.0.1, ${address}`))).present).toBe(true)
    expect((await bound.getSession(from('192.0.2.2'))).refusal).toBe('bound-elsewhere')
  })

  it('keep Secure cookies off plain http', async () => {
    const { getSession, commitHeaders } = sessionsWith({ name: '__Host-session' })
    const session = await getSession(new Request('http://app.test/', { headers: { host: 'app.test' } }))
    session.set('name', 'Ada')
    expect([...(await commitHeaders(session))]).toEqual([])
    expect(events.map(({ type }) => type)).toContain('insecure-transport')
  })
})

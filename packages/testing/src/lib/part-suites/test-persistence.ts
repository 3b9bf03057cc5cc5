import { createSessions, type PersistenceFactory, type SessionOptions, type SessionStore } from '@sojourn/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { type TestCookieJar, testCookieJar } from '../cookie-jar.ts'
import { type FakeClock, fakeClock } from '../fake-clock.ts'

type Data = Record<string, unknown>

export interface PersistenceSuiteOptions {
  readonly name: string
  readonly create: () => PersistenceFactory
  /** A new, empty store on this clock, where the persistence needs one. */
  readonly store?: (clock: FakeClock) => SessionStore
  /** `false` for a format that has no place for who is signed in. Default `true`. */
  readonly signsIn?: boolean
}

const secret: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(32))

/** The conformance suite of persistences: call it in a vitest file. */
export function testPersistence({ name, create, store, signsIn = true }: PersistenceSuiteOptions): void {
  let clock: FakeClock
  let sessions: ReturnType<typeof createSessions<Data>>

  const sessionsOf = (options: Omit<SessionOptions<Data>, 'schema'> = {}) =>
    createSessions<Data>({
      secret,
      name: 'session',
      cookie: { secure: true },
      now: clock.now,
      persistence: create(),
      ...(store && { store: store(clock) }),
      ...options,
    })

  /** One request that changes data; gives the jar of the next one. */
  async function changed(jar: TestCookieJar, change: (data: Data) => void): Promise<TestCookieJar> {
    const session = await sessions.open({ jar })
    change(session.data)
    await session.save()
    return jar.next()
  }
  const started = () => changed(testCookieJar(), (data) => Object.assign(data, { name: 'Ada', list: [1, { a: null }] }))
  const dataOf = async (jar: TestCookieJar) => (await sessions.open({ jar })).data

  beforeEach(() => {
    clock = fakeClock()
    sessions = sessionsOf()
  })

  describe(`the ${name} persistence`, () => {
    test('gives nothing to a request without a cookie, and sets none for one that only reads', async () => {
      const jar = testCookieJar()
      expect(await sessions.open({ jar })).toMatchObject({ present: false, refusal: 'missing', data: {} })
      expect(jar.setCookies).toEqual([])
    })

    test('keeps data from request to request, and what was changed', async () => {
      let jar = await started()
      expect(await dataOf(jar)).toEqual({ name: 'Ada', list: [1, { a: null }] })
      jar = await changed(jar, (data) => void delete data['name'])
      expect(await dataOf(jar)).toEqual({ list: [1, { a: null }] })
    })

    test('owns the cookies that it sets, and no other', async () => {
      const jar = testCookieJar()
      const session = await sessions.open({ jar })
      session.data['name'] = 'Ada'
      await session.save()
      expect(jar.setCookies.length).toBeGreaterThan(0)
      const own = jar.header()
      expect(sessions.stripSessionCookies(`a=1; ${own}; sessionx=2; xsession=3; sess=4`)).toBe(
        'a=1; sessionx=2; xsession=3; sess=4',
      )
    })

    test('opens nothing for a value that was changed, cut off or made up, and never throws', async () => {
      const header = (await started()).header()
      const values = [
        'session=',
        'session=x',
        'session=%00',
        `session=${'A'.repeat(43)}`,
        `session=${'A'.repeat(5000)}`,
      ]
      const step = Math.ceil(header.length / 60)
      for (let at = 'session='.length; at < header.length; at += step) {
        values.push(header.slice(0, at), header.slice(0, at) + (header[at] === 'Q' ? 'R' : 'Q') + header.slice(at + 1))
      }
      for (const value of values)
        expect(await sessions.open({ jar: testCookieJar(value) }), value).toMatchObject({ present: false })
    })

    test('does not choose between two cookies', async () => {
      const [first, second] = [(await started()).header(), (await started()).header()]
      expect(await sessions.open({ jar: testCookieJar(`${first}; ${second}`) })).toMatchObject({ present: false })
    })

    test('is ended by its deadlines', async () => {
      sessions = sessionsOf({ idle: false, rolling: 100 })
      const jar = await started()
      clock.advance(99)
      expect(await sessions.open({ jar })).toMatchObject({ present: true })
      clock.advance(1)
      expect((await sessions.open({ jar })).present).toBe(false)
    })

    test('is ended by destroy(), which takes the cookies along', async () => {
      const jar = await started()
      const copy = testCookieJar(jar.header())
      await (await sessions.open({ jar })).destroy()
      expect(jar.next().header()).toBe('')
      const { promises } = sessions.describe()
      expect((await sessions.open({ jar: copy })).present).toBe(!promises.destroyEndsEveryCopy)
    })

    test('gives another id with regenerate(), and keeps the data', async () => {
      const jar = await started()
      const session = await sessions.open({ jar })
      const before = session.id
      await session.regenerate()
      expect(session.id).not.toBe(before)
      expect(await dataOf(jar.next())).toEqual({ name: 'Ada', list: [1, { a: null }] })
    })

    if (signsIn)
      test('keeps who signed in, under another id than before', async () => {
        const jar = await started()
        const session = await sessions.open({ jar })
        const before = session.id
        await session.signIn('ada@example.org')
        const opened = await sessions.open({ jar: jar.next() })
        expect(opened.subject).toBe('ada@example.org')
        expect(opened.id).not.toBe(before)
      })

    test('promises about parallel writes what it keeps', async () => {
      const jar = await started()
      const [first, second] = [testCookieJar(jar.header()), testCookieJar(jar.header())]
      const [a, b] = [await sessions.open({ jar: first }), await sessions.open({ jar: second })]
      a.data['a'] = 1
      b.data['b'] = 2
      await a.save()
      await b.save()
      const data = await dataOf(second.next())
      expect(data['b']).toBe(2)
      expect(data['a']).toBe(sessions.describe().promises.keepsParallelWrites ? 1 : undefined)
    })

    test('reads where no cookie can be set, and over plain http sets none', async () => {
      const jar = await started()
      const { get } = jar
      expect(await sessions.read({ jar: { get } })).toMatchObject({ present: true })
      const insecure = testCookieJar()
      const session = await sessions.open({ jar: insecure, facts: { scheme: 'http', host: 'example.org' } })
      session.data['name'] = 'Ada'
      await session.save()
      expect(insecure.setCookies).toEqual([])
    })
  })
}

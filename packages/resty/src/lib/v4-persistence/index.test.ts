import { SessionConfigError, SessionUnsupportedError } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import { FACTS, minted, newBrowser, newStore, START, v4Sessions } from '../test-support/v4-sessions.ts'
import { readV4IndexList, writeV4IndexList } from '../v4/index-list.ts'
import { v4RawIndexName } from '../v4/storage-names.ts'
import type { RestyV4Options } from './options.ts'

const SUBJECT = 'john@doe.com'
/** b64u(default), b64u(john@doe.com) */
const NAME = 'ZGVmYXVsdA:am9obkBkb2UuY29t'

const KINDS: readonly (readonly [string, RestyV4Options, (name: string) => string])[] = [
  ['a sorted set', {}, (name) => name],
  ['a text', { keys: 'memcached' }, (name) => name.replaceAll(':', '%3A')],
  ['a text of DSHM', { keys: 'dshm' }, (name) => name],
]

describe.each(KINDS)('the index of a subject, as %s', (_, keys, spelt) => {
  const setUp = (format: RestyV4Options = {}) => {
    const clock = fakeClock(START * 1000)
    const store = newStore(clock)
    const all = v4Sessions({ storeMetadata: true, ...keys, ...format }, { clock, store })
    return { store, ...all }
  }
  type SetUp = ReturnType<typeof setUp>

  const members = async ({ store, clock }: SetUp, name: string): Promise<readonly string[]> => {
    if (!keys.keys) return store.index.members(name)
    const stored = await store.read(spelt(name))
    return [...readV4IndexList(Buffer.from(stored?.bytes ?? []).toString(), clock.now() / 1000).keys()]
  }
  const keyOf = (jar: ReturnType<typeof newBrowser>, name = 'session') =>
    Buffer.from(jar.get(name)[0]!, 'base64url').subarray(3, 35).toString('base64url')

  test('has the newest key of each session, and for `discard` seconds the one before', async () => {
    const used = setUp()
    const { request, resty, clock } = used
    const anonymous = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    const first = await request(anonymous, (session) => session.signIn(SUBJECT))
    expect(await members(used, `session:${NAME}`)).toEqual([keyOf(first)])
    const other = await request(newBrowser(), (session) => session.signIn(SUBJECT))
    const saved = await request(first, (session) => Object.assign(session.data, { n: 2 }))
    // What a revocation must find, because it could be saved again.
    expect(await members(used, `session:${NAME}`)).toContain(keyOf(first))
    clock.advance(10)
    expect([...(await members(used, `session:${NAME}`))].sort()).toEqual([keyOf(other), keyOf(saved)].sort())
    expect([...(await resty.readMetadata(SUBJECT))].sort()).toEqual([keyOf(other), keyOf(saved)].sort())
    await request(other, (session) => session.destroy())
    expect(await resty.readMetadata(SUBJECT)).toEqual([keyOf(saved)])
    await request(saved, (session) => session.signIn('somebody else'))
    expect(await resty.readMetadata(SUBJECT)).toEqual([])
  })

  test('can have a name that does not tell who it is', async () => {
    const used = setUp({ hashSubject: true })
    const jar = await used.request(newBrowser(), (session) => session.signIn(SUBJECT))
    expect(await members(used, 'session:ZGVmYXVsdA:1wnzcOUrV7TrdfBOKzQixA')).toEqual([keyOf(jar)])
  })

  test('lets a subject’s sessions be ended, remember cookies and all', async () => {
    const { request, sessions, events, clock } = setUp()
    const jars = [
      await request(newBrowser(), (session) => session.signIn(SUBJECT, { remember: true })),
      await request(newBrowser(), (session) => session.signIn(SUBJECT)),
    ]
    const other = await request(newBrowser(), (session) => session.signIn('jane'))
    expect(await sessions.revoke(SUBJECT)).toBe(2)
    for (const jar of jars)
      expect(await sessions.read({ jar, facts: FACTS })).toMatchObject({ present: false, refusal: 'not-found' })
    expect((await sessions.read({ jar: other, facts: FACTS })).subject).toBe('jane')
    expect(await sessions.revoke(SUBJECT)).toBe(0)
    clock.advance(61)
    expect(await sessions.revoke(SUBJECT)).toBe(0)
    expect(events.filter(({ type }) => type === 'store-error')).toEqual([])
  })

  test('keeps the session that is excepted', async () => {
    const { request, sessions, resty } = setUp({ hashStorageKey: true })
    const [one, two] = await Promise.all([0, 1].map(() => request(newBrowser(), (session) => session.signIn(SUBJECT))))
    const { id } = await sessions.read({ jar: one!, facts: FACTS })
    expect(await sessions.revoke(SUBJECT, { except: id })).toBe(1)
    expect((await sessions.read({ jar: one!, facts: FACTS })).present).toBe(true)
    expect((await sessions.read({ jar: two!, facts: FACTS })).refusal).toBe('not-found')
    expect(await resty.readMetadata(SUBJECT)).toHaveLength(1)
  })

  test('is read where 4.1.5 puts a session with two audiences, too', async () => {
    const { store, sessions, request, resty, clock } = setUp()
    const payload = `[[{},"default","${SUBJECT}"],[{},"other","x"]]`
    const jar = await minted(newBrowser(), 'session', payload, store, { format: keys })
    const raw = v4RawIndexName('default', SUBJECT, { style: keys.keys ?? 'redis', cookieName: 'session' })
    const list = writeV4IndexList(new Map([[keyOf(jar), START + 3600]]))
    if (keys.keys) await store.write(raw, new Uint8Array(Buffer.from(list)), START + 3600, 'any')
    else await store.index.add(raw, keyOf(jar), START + 3600)
    expect(await resty.readMetadata(SUBJECT)).toEqual([keyOf(jar)])
    const saved = await request(jar, (session) => Object.assign(session.data, { n: 1 }))
    expect([...(await resty.readMetadata(SUBJECT))].sort()).toEqual([keyOf(jar), keyOf(saved)].sort())
    clock.advance(10)
    expect(await resty.readMetadata(SUBJECT)).toEqual([keyOf(saved)])
    expect(await sessions.revoke(SUBJECT)).toBe(1)
    expect((await sessions.read({ jar: saved, facts: FACTS })).refusal).toBe('not-found')
  })

  test.each([
    ['', Buffer.from(SUBJECT).toString('base64url')],
    [', hashed', '1wnzcOUrV7TrdfBOKzQixA'],
  ])('is nothing to a subject who is called like it%s', async (_, called) => {
    const { request, sessions, resty } = setUp({ hashSubject: called.length === 22 })
    const jar = await request(newBrowser(), (session) => session.signIn(SUBJECT))
    expect(await resty.readMetadata(called)).toEqual([])
    expect(await sessions.revoke(called)).toBe(0)
    expect((await sessions.read({ jar, facts: FACTS })).subject).toBe(SUBJECT)
  })

  test('takes a subject that is no whole text', async () => {
    const { request, sessions } = setUp()
    const jar = await request(newBrowser(), (session) => session.signIn('\ud800'))
    expect(await sessions.revoke('\ud800')).toBe(1)
    expect((await sessions.read({ jar, facts: FACTS })).present).toBe(false)
  })

  test('knows of a logout of the last audience', async () => {
    const { request, resty } = setUp()
    const jar = await request(newBrowser(), (session) => session.signIn(SUBJECT))
    expect(await resty.logout({ jar: jar.next(), facts: FACTS })).toBe(true)
    expect(await resty.readMetadata(SUBJECT)).toEqual([])
  })

  test('does not list what only the cookies can open', async () => {
    const { sessions } = setUp()
    await expect(sessions.list(SUBJECT)).rejects.toThrow(SessionUnsupportedError)
  })
})

test('there is none unless it is asked for', async () => {
  const clock = fakeClock(START * 1000)
  const { sessions, resty } = v4Sessions({}, { clock, store: newStore(clock) })
  await expect(sessions.revoke(SUBJECT)).rejects.toThrow(/storeMetadata: true/)
  await expect(resty.readMetadata(SUBJECT)).rejects.toThrow(SessionUnsupportedError)
  expect(() => v4Sessions({ storeMetadata: true })).toThrow(SessionConfigError)
  const { index: _, ...plain } = newStore(clock)
  expect(() => v4Sessions({ storeMetadata: true }, { store: plain })).toThrow(/needs a store with an index/)
})

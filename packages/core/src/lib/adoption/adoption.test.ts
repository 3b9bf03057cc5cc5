import { describe, expect, it, test } from 'vitest'
import { HeaderJar } from '../../index.ts'
import type { Adoption } from '../contracts/adoption.ts'
import { SessionReadOnlyError, SessionTooLargeError } from '../errors.ts'
import { adoptingSessions, adoption, NOW, OLD, PERSISTENCES } from '../test-support/adopting-sessions.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying, linesOf, oldFormat, oldValue } from '../test-support/old-sessions.ts'
import { request } from '../test-support/sessions.ts'

describe.each(PERSISTENCES)('a request with nothing but an old cookie, in %s persistence', (kind, options) => {
  it('is served at once where cookies cannot be set', async () => {
    const { sessions, browser, events } = adoptingSessions(options())
    const jar = { get: (name: string) => browser.request().get(name) }
    const session = await sessions.read({ jar })
    expect(session).toMatchObject({ present: true, subject: 'ann', refusal: undefined, remembered: false })
    expect(session.data).toEqual(OLD.data)
    const again = await sessions.start({ jar })
    expect([again.present, again.id]).toEqual([true, session.id])
    await expect(again.touch()).rejects.toThrow(SessionReadOnlyError)
    expect(events).toEqual([])
  })

  it('gets a cookie of ours for the old one when the request starts', async () => {
    const { sessions, browser, events } = adoptingSessions({
      adopt: [adoption({ cookie: { path: '/app', domain: 'example.com' } })],
      ...options(),
    })
    const read = await sessions.read({ jar: browser.request() })
    const jar = browser.request()
    await sessions.start({ jar })
    const lines = linesOf(jar)
    expect(Object.keys(lines)).toEqual(['session', 'legacy.sid'])
    expect(lines['legacy.sid']).toMatch(/^legacy\.sid=; Max-Age=0; Domain=example\.com; Path=\/app; HttpOnly/)
    expect(events).toEqual([
      { type: 'adopted', from: 'old', id: read.id },
      { type: 'touched', id: read.id },
    ])
    browser.receive(jar)
    expect([...browser.cookies.keys()]).toEqual(['session'])
    const next = await sessions.read({ jar: browser.request() })
    expect([next.subject, next.data, next.id]).toEqual(['ann', OLD.data, read.id])
  })

  test.each(['save', 'touch', 'update', 'regenerate', 'signIn', 'settle'] as const)(
    'gets it with %s, where the start touches nothing',
    async (verb) => {
      const { sessions, browser, types } = adoptingSessions(options())
      const jar = browser.request()
      const session = await sessions.open({ jar })
      if (verb === 'settle') await sessions.settle(session)
      else if (verb === 'update') await session.update((data) => void (data['n'] = 1))
      else if (verb === 'signIn') await session.signIn('ann')
      else await session[verb]()
      browser.receive(jar)
      expect([...browser.cookies.keys()]).toEqual(['session'])
      expect(types()[0]).toBe('adopted')
      const next = await sessions.read({ jar: browser.request() })
      expect([next.subject, next.data['name']]).toEqual(['ann', 'Ann'])
    },
  )

  it('keeps what the app changed before it saved', async () => {
    const { sessions, browser } = adoptingSessions(options())
    await request(sessions, browser, (session) => void (session.data['n'] = 1))
    expect(await request(sessions, browser, ({ data }) => data)).toEqual({ ...OLD.data, n: 1 })
  })

  it('is no use of the session when the request is none: then the old cookie stays', async () => {
    const { sessions, browser } = adoptingSessions(options())
    const jar = browser.request()
    const session = await sessions.start({ jar }, { touch: false })
    expect(session.data['name']).toBe('Ann')
    await sessions.settle(session, { touch: false })
    expect(jar.lines).toEqual([])
  })

  it('is served over plain http too, where nothing is set or stored', async () => {
    const { sessions, browser, types } = adoptingSessions({ cookie: { secure: true }, ...options() })
    const jar = browser.request()
    const facts = { scheme: 'http', host: 'example.com' } as const
    const session = await sessions.start({ jar, facts })
    expect([session.present, jar.lines, types()]).toEqual([true, [], ['insecure-transport']])
  })

  it('begins its times anew, but for the absolute one', async () => {
    const { sessions, browser, clock } = adoptingSessions({ idle: 60, rolling: 120, absolute: 150, ...options() })
    const { expires } = await sessions.read({ jar: browser.request() })
    expect(expires).toEqual({
      idle: new Date((NOW + 60) * 1000),
      rolling: new Date((NOW + 120) * 1000),
      absolute: new Date((NOW - 100 + 150) * 1000),
    })
    clock.advance(50)
    expect((await sessions.read({ jar: browser.request() })).refusal).toBe('expired-absolute')
  })

  it('has begun now when the clock of the old app was ahead', async () => {
    const { sessions, browser } = adoptingSessions(options(), { began: NOW + 50 })
    await request(sessions, browser, (session) => session.touch())
    const { expires } = await sessions.read({ jar: browser.request() })
    expect(expires.absolute).toEqual(new Date((NOW + 86_400) * 1000))
  })

  it('keeps to the times of the old sessions, too', async () => {
    const { sessions, browser, events } = adoptingSessions({ adopt: [adoption({ absolute: 99 })], ...options() })
    expect((await sessions.start({ jar: browser.request() })).present).toBe(false)
    expect(events).toEqual([{ type: 'refused', reason: 'expired-absolute' }])
  })

  it('binds the session to the client of this request', async () => {
    const { sessions, browser } = adoptingSessions({ bind: ['userAgent'], ...options() })
    const jar = browser.request()
    await sessions.start({ jar, facts: { userAgent: 'one' } })
    browser.receive(jar)
    const open = (userAgent: string) => sessions.read({ jar: browser.request(), facts: { userAgent } })
    expect((await open('one')).present).toBe(true)
    expect((await open('two')).refusal).toBe('bound-elsewhere')
  })

  it('is migrated from version 0, and read without being written', async () => {
    const { sessions, browser, types } = adoptingSessions({
      version: 2,
      migrate: (data, from) => ({ ...data, from }),
      ...options(),
    })
    await request(sessions, browser, ({ data }) => expect(data['from']).toBe(0))
    expect(types()).toEqual(['adopted', 'touched'])
  })

  it('may be refused by the schema, and then nothing is set or deleted', async () => {
    const migrate = () => {
      throw new Error('no shape of ours')
    }
    const { sessions, browser, events } = adoptingSessions({ version: 1, migrate, ...options() })
    const jar = browser.request()
    const session = await sessions.start({ jar })
    expect([session.refusal, jar.lines]).toEqual(['schema', []])
    expect(events).toEqual([{ type: 'refused', reason: 'schema' }])
  })

  it('may be told who is signed in, where the format does not say', async () => {
    const bySubject = (subject: NonNullable<Adoption['subject']>) =>
      adoptingSessions({ adopt: [adoption({ subject })], ...options() }, { subject: '' })
    const named = bySubject((data) => String(data['name']))
    expect((await named.sessions.read({ jar: named.browser.request() })).subject).toBe('Ann')
    const nobody = bySubject(() => undefined)
    expect((await nobody.sessions.read({ jar: nobody.browser.request() })).subject).toBeUndefined()
    const broken = bySubject(() => {
      throw new Error('no user')
    })
    expect((await broken.sessions.read({ jar: broken.browser.request() })).refusal).toBe('schema')
    const numeric = bySubject(() => 7 as unknown as string)
    expect((await numeric.sessions.read({ jar: numeric.browser.request() })).refusal).toBe('schema')
  })

  test.each<[string, string]>([
    ['forged', 'old-forged'],
    ['of data that JSON does not keep', oldValue({ data: [1] })],
    ['of a beginning that is none', oldValue({ data: {}, began: -1 })],
    ['of a subject that is no text', oldValue({ data: {}, subject: '\ud800' })],
  ])('is refused when it is %s: silently, with an event', async (_, value) => {
    const { sessions, events } = adoptingSessions(options())
    const jar = carrying(new Browser(), { 'legacy.sid': value }).request()
    const session = await sessions.start({ jar })
    expect([session.present, session.data, jar.lines]).toEqual([false, {}, []])
    expect(events).toHaveLength(1)
    expect(events[0]?.type).toBe('refused')
  })

  it('is not looked at when its format cannot say whether it is one', async () => {
    const resembles = () => {
      throw new Error('no idea')
    }
    const from = { ...oldFormat(), resembles }
    const { sessions, browser } = adoptingSessions({ adopt: [adoption({ from })], ...options() })
    expect((await sessions.start({ jar: browser.request() })).refusal).toBe('missing')
  })

  it('counts as two that contradict each other when the cookie comes twice', async () => {
    const { sessions, value } = adoptingSessions(options())
    const header = `legacy.sid=${value}; legacy.sid=${oldValue({ id: 'another', data: {} })}`
    expect((await sessions.read({ jar: new HeaderJar(header) })).refusal).toBe('ambiguous')
  })

  it('gets no cookie when it destroys the session, and loses the old one', async () => {
    const { sessions, browser, types } = adoptingSessions(options())
    const jar = browser.request()
    await sessions.destroy({ jar })
    expect(Object.keys(linesOf(jar))).toEqual(['legacy.sid'])
    browser.receive(jar)
    expect(browser.cookies.size).toBe(0)
    expect(types()).toEqual(kind === 'record' ? ['destroyed'] : ['destroyed', 'not-revocable'])
  })

  it('is all that counts: an old cookie whose name is ours, and not its value', async () => {
    const at = adoptingSessions({ name: 'sid', adopt: [adoption({ name: 'sid' })], ...options() })
    const browser = carrying(new Browser(), { sid: at.value })
    expect(await request(at.sessions, browser, ({ data }) => data['name'])).toBe('Ann')
    expect(browser.cookies.get('sid')).toMatch(/^U/)
    expect(await request(at.sessions, browser, ({ data }) => data['name'])).toBe('Ann')
    const jar = carrying(new Browser(), { sid: at.value }).request()
    await at.sessions.destroy({ jar })
    expect(jar.lines).toEqual([expect.stringMatching(/^sid=; Max-Age=0/)])
  })
})

describe('a session that is too large for our cookies', () => {
  it('is served on from the old one, and says so when it is saved', async () => {
    const { sessions } = adoptingSessions({ cookie: { maxBytes: 500 } })
    const value = oldValue({ data: { text: 'x'.repeat(1000) } })
    const jar = carrying(new Browser(), { 'legacy.sid': value }).request()
    const session = await sessions.start({ jar })
    expect([session.present, jar.lines]).toEqual([true, []])
    await expect(session.save()).rejects.toThrow(SessionTooLargeError)
    expect(jar.lines).toEqual([])
  })
})

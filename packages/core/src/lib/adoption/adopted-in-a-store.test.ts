import { describe, expect, it } from 'vitest'
import { SessionReadOnlyError } from '../errors.ts'
import { adoptingSessions, adoption, newStore, OLD } from '../test-support/adopting-sessions.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying, oldValue } from '../test-support/old-sessions.ts'
import { Clock, OTHER_SECRET, request, SECRET } from '../test-support/sessions.ts'

describe('adopted sessions in a store', () => {
  it('are one, however often the old cookie is adopted', async () => {
    const { sessions, visitor } = adoptingSessions({ store: newStore() })
    const [first, second] = [visitor(), visitor()]
    await request(sessions, first, (session) => void (session.data['first'] = 1))
    const seen = await request(sessions, second, (session) => {
      session.data['second'] = 2
      return { ...session.data }
    })
    expect(seen).toEqual({ ...OLD.data, first: 1, second: 2 })
    expect([...second.cookies.keys()]).toEqual(['session'])
    expect(await request(sessions, first, ({ data }) => data)).toEqual({ ...OLD.data, first: 1, second: 2 })
  })

  it('are one under another secret as well', async () => {
    const store = newStore()
    const before = adoptingSessions({ store, secret: OTHER_SECRET })
    await request(before.sessions, before.visitor(), (session) => void (session.data['n'] = 1))
    const after = adoptingSessions({ store, secret: [SECRET, OTHER_SECRET] })
    expect(await request(after.sessions, after.visitor(), ({ data }) => data['n'])).toBe(1)
  })

  it('are one for each app, where several apps have the same store and secret', async () => {
    const store = newStore()
    const apps = ['shop', 'blog'].map((audience) => adoptingSessions({ store, audience }))
    for (const { sessions, visitor } of apps)
      expect(await request(sessions, visitor(), ({ present }) => present)).toBe(true)
  })

  it('end when ours ends, and not with the old cookie', async () => {
    const { sessions, visitor, clock } = adoptingSessions({ store: newStore() })
    await request(sessions, visitor(), (session) => session.touch())
    clock.advance(901)
    expect((await sessions.read({ jar: visitor().request() })).refusal).toBe('expired-idle')
  })

  it('are not adopted again after logout, while the tombstone lives', async () => {
    const clock = new Clock()
    const { sessions, visitor, events } = adoptingSessions({ now: clock.now, store: newStore(clock.now) })
    const browser = visitor()
    await request(sessions, browser, (session) => session.touch())
    await request(sessions, browser, (session) => session.destroy())
    clock.advance(59)
    const copy = await sessions.start({ jar: visitor().request() })
    expect(copy.refusal).toBe('destroyed')
    expect(events.at(-1)).toEqual({ type: 'refused', reason: 'destroyed' })
    clock.advance(1)
    expect((await sessions.start({ jar: visitor().request() })).present).toBe(true)
  })

  it('are not adopted after a logout with nothing but the old cookie', async () => {
    const { sessions, visitor } = adoptingSessions({ store: newStore() })
    const slow = await sessions.open({ jar: visitor().request() })
    await sessions.destroy({ jar: visitor().request() })
    expect((await sessions.read({ jar: visitor().request() })).refusal).toBe('destroyed')
    slow.data['n'] = 1
    await expect(slow.save()).rejects.toMatchObject({ code: 'session_gone' })
    await expect(slow.touch()).rejects.toMatchObject({ code: 'session_gone' })
  })

  it('do not lead to whoever has signed in since', async () => {
    const { sessions, visitor } = adoptingSessions({ store: newStore() })
    await request(sessions, visitor(), (session) => session.signIn('ann'))
    expect((await sessions.read({ jar: visitor().request() })).refusal).toBe('destroyed')
  })

  it('give nothing to another subject that signs in, not even what was saved meanwhile', async () => {
    const { sessions, visitor, browser } = adoptingSessions({ store: newStore() })
    const jar = browser.request()
    const session = await sessions.open({ jar })
    await request(sessions, visitor(), ({ data }) => void (data['role'] = 'admin'))
    await session.signIn('bob')
    browser.receive(jar)
    expect(await request(sessions, browser, ({ subject, data }) => [subject, data])).toEqual(['bob', {}])
  })

  it('lead to their successor for as long as any old id does', async () => {
    const { sessions, visitor, clock } = adoptingSessions({ store: newStore() })
    const browser = visitor()
    await request(sessions, browser, (session) => session.regenerate())
    const { id } = await sessions.read({ jar: browser.request() })
    expect((await sessions.read({ jar: visitor().request() })).id).toBe(id)
    clock.advance(10)
    expect((await sessions.read({ jar: visitor().request() })).refusal).toBe('destroyed')
  })

  it('are listed, and revoked', async () => {
    const { sessions, visitor } = adoptingSessions({ store: newStore() })
    const browser = visitor()
    await request(sessions, browser, (session) => session.touch())
    expect(await sessions.list('ann')).toHaveLength(1)
    expect(await sessions.revoke('ann')).toBe(1)
    expect(await request(sessions, browser, ({ present }) => present)).toBe(false)
  })

  it('are never of two visitors, where their format cannot tell them apart', async () => {
    const { sessions } = adoptingSessions({ store: newStore() })
    const same = oldValue({ data: { theme: 'dark' } })
    const [one, two] = [0, 1].map(() => carrying(new Browser(), { 'legacy.sid': same })) as [Browser, Browser]
    await request(sessions, one, (session) => void (session.data['address'] = 'of one'))
    expect(await request(sessions, two, ({ data }) => data)).toEqual({ theme: 'dark' })
  })

  it('wait for the lock like all others', async () => {
    const { sessions, browser } = adoptingSessions({ store: newStore(), lock: true })
    const jar = browser.request()
    const session = await sessions.start({ jar })
    session.data['n'] = 1
    await session.save()
    browser.receive(jar)
    expect([...browser.cookies.keys()]).toEqual(['session'])
    expect((await sessions.read({ jar: browser.request() })).data['n']).toBe(1)
  })

  it('are of two visitors where two old apps gave the same id', async () => {
    const { sessions, visitor, value } = adoptingSessions({
      store: newStore(),
      adopt: [adoption(), adoption({ name: 'blog.sid' })],
    })
    await request(sessions, visitor(), (session) => void (session.data['address'] = 'of one'))
    const other = carrying(new Browser(), { 'blog.sid': value })
    expect(await request(sessions, other, ({ data }) => data)).toEqual(OLD.data)
  })

  it('need no lock, and are not stored, where the cookie would not arrive', async () => {
    const at = adoptingSessions({ store: newStore(), lock: true, cookie: { secure: true } })
    const jar = at.browser.request()
    const session = await at.sessions.start({ jar, facts: { scheme: 'http', host: 'example.com' } })
    session.data['n'] = 1
    await session.save()
    await at.sessions.settle(session)
    expect([session.present, jar.lines]).toEqual([true, []])
    expect(new Set(at.types())).toEqual(new Set(['insecure-transport']))
  })

  it('are not stored by a touch where cookies cannot be set, with a lock as without', async () => {
    const { sessions, browser, events } = adoptingSessions({ store: newStore(), lock: true })
    const session = await sessions.start({ jar: { get: (name) => browser.request().get(name) } })
    await expect(session.touch()).rejects.toThrow(SessionReadOnlyError)
    expect(events).toEqual([])
  })

  it('are issued on a store that may overwrite, too', async () => {
    const { sessions, browser } = adoptingSessions({ store: { ...newStore(), atomic: false } })
    const jar = browser.request()
    await sessions.start({ jar })
    browser.receive(jar)
    expect([...browser.cookies.keys()]).toEqual(['session'])
  })
})

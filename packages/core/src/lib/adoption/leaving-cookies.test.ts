import { describe, expect, it } from 'vitest'
import type { SessionReader } from '../contracts/persistence.ts'
import { adoptingSessions, adoption, NOW, OLD, PERSISTENCES } from '../test-support/adopting-sessions.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying, linesOf, oldFormat, oldValue } from '../test-support/old-sessions.ts'
import { request } from '../test-support/sessions.ts'

describe.each(PERSISTENCES)('an old cookie that waits beside ours, in %s persistence', (_, options) => {
  /** A browser with a cookie of ours, into which somebody planted an old one. */
  async function planted() {
    const at = adoptingSessions(options())
    const browser = new Browser()
    await request(at.sessions, browser, (session) => void (session.data['ours'] = true))
    return { ...at, browser: carrying(browser, { 'legacy.sid': at.value }) }
  }

  it.each(['signIn', 'regenerate'] as const)(
    'goes with %s, so that nothing is left when ours is gone',
    async (verb) => {
      const { sessions, browser } = await planted()
      await request(sessions, browser, (session) => session[verb]('victim' as never))
      expect([...browser.cookies.keys()]).toEqual(['session'])
    },
  )

  it('stays where it is none, but the cookie of somebody else', async () => {
    const { sessions, browser } = await planted()
    carrying(browser, { 'legacy.sid': 'theirs' })
    await request(sessions, browser, (session) => session.signIn('victim'))
    expect(browser.cookies.get('legacy.sid')).toBe('theirs')
  })

  it('goes when a new session takes the place of our expired one', async () => {
    const { sessions, browser, clock } = await planted()
    clock.advance(901)
    await request(sessions, browser, (session) => void (session.data['new'] = true))
    expect([...browser.cookies.keys()]).toEqual(['session'])
  })

  it('goes when it was refused itself and a new session begins', async () => {
    const { sessions } = adoptingSessions({ adopt: [adoption({ absolute: 99 })], ...options() })
    const browser = carrying(new Browser(), { 'legacy.sid': oldValue({ ...OLD, began: NOW - 100 }) })
    await request(sessions, browser, (session) => session.signIn('ann'))
    expect([...browser.cookies.keys()]).toEqual(['session'])
  })
})

describe.each(PERSISTENCES)('the old cookie of a session that ends, in %s persistence', (_, options) => {
  it.each([
    ['old', '/'],
    ['other', '/app'],
  ])('goes with the path of its own format, %s, where two have one name', async (format, path) => {
    const { sessions } = adoptingSessions({
      adopt: [adoption({ cookie: { path: '/' } }), adoption({ from: oldFormat('other'), cookie: { path: '/app' } })],
      ...options(),
    })
    const value = oldValue(OLD).replace('old-', `${format}-`)
    const jar = carrying(new Browser(), { 'legacy.sid': value }).request()
    await sessions.destroy({ jar })
    expect(linesOf(jar)['legacy.sid']).toContain(`Path=${path};`)
  })

  it('goes in all its parts, also where ours has the name of the missing first one', async () => {
    const from: SessionReader = {
      ...oldFormat(),
      create: ({ name, ...context }) => oldFormat().create({ ...context, name: `${name}.0` }),
    }
    const { sessions } = adoptingSessions({ name: 'sid', adopt: [adoption({ from, name: 'sid' })], ...options() })
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['ours'] = true))
    carrying(browser, { 'sid.0': oldValue(OLD) })
    await request(sessions, browser, (session) => session.destroy())
    expect(browser.cookies.size).toBe(0)
  })

  it('goes also when its date passes while the request runs', async () => {
    const until = new Date((NOW + 10) * 1000)
    const { sessions, clock, browser } = adoptingSessions({ adopt: [adoption({ until })], ...options() })
    const jar = browser.request()
    const session = await sessions.open({ jar })
    clock.advance(10)
    await session.destroy()
    expect(Object.keys(linesOf(jar))).toEqual(['legacy.sid'])
  })
})

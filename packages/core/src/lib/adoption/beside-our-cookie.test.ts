import { describe, expect, it } from 'vitest'
import { HeaderJar } from '../../index.ts'
import { adoptingSessions, adoption, NOW, PERSISTENCES } from '../test-support/adopting-sessions.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying, linesOf, oldFormat } from '../test-support/old-sessions.ts'
import { OTHER_SECRET, request, testSessions } from '../test-support/sessions.ts'
import { type CookieFormat, cookieReader } from './cookie-reader.ts'

describe.each(PERSISTENCES)('an old cookie beside one of ours, in %s persistence', (_, options) => {
  /** Both cookies; ours was made by `make`. */
  async function both(change: (value: string) => string, sessions = adoptingSessions(options())) {
    const browser = new Browser()
    await request(sessions.sessions, browser, (session) => void (session.data['ours'] = true))
    const ours = browser.cookies.get('session') ?? ''
    carrying(browser, { session: change(ours), 'legacy.sid': sessions.value })
    return { ...sessions, browser }
  }

  it('is not looked at', async () => {
    const { sessions, browser } = await both((value) => value)
    const jar = browser.request()
    const session = await sessions.start({ jar })
    session.data['n'] = 1
    await session.save()
    expect(session.data).toEqual({ ours: true, n: 1 })
    expect(Object.keys(linesOf(jar))).not.toContain('legacy.sid')
  })

  it('is no way back to a session once ours has expired', async () => {
    const { sessions, browser, clock } = await both((value) => value)
    clock.advance(901)
    expect((await sessions.start({ jar: browser.request() })).refusal).toBe('expired-idle')
  })

  it('is no way round a cookie of another key', async () => {
    const { store, ...rest } = options()
    const other = await both(
      (value) => value,
      adoptingSessions({ ...rest, ...(store && { store }), secret: OTHER_SECRET }),
    )
    const { sessions } = adoptingSessions({ ...rest, ...(store && { store }) })
    expect((await sessions.start({ jar: other.browser.request() })).refusal).toBe('unknown-key')
  })

  it('is no way round a changed one, wherever it was changed', async () => {
    const { sessions, browser } = await both((value) => value)
    const ours = browser.cookies.get('session') ?? ''
    for (let at = 0; at < ours.length; at++) {
      const changed = `${ours.slice(0, at)}${ours[at] === 'A' ? 'B' : 'A'}${ours.slice(at + 1)}`
      carrying(browser, { session: changed })
      const session = await sessions.read({ jar: browser.request() })
      expect(['malformed', 'tampered', 'unknown-key']).toContain(session.refusal)
    }
    for (const value of ['x', ours.slice(0, -4), `${ours}AAAA`, `2.${ours}`]) {
      carrying(browser, { session: value })
      expect((await sessions.read({ jar: browser.request() })).present).toBe(false)
    }
  })

  it('goes with ours when the session is destroyed', async () => {
    const { sessions, browser } = await both((value) => value)
    const jar = browser.request()
    await sessions.destroy({ jar })
    browser.receive(jar)
    expect(browser.cookies.size).toBe(0)
  })

  it('is looked at when ours is the empty value that a deletion leaves behind', async () => {
    const { sessions, browser } = await both(() => '')
    expect((await sessions.read({ jar: browser.request() })).data['name']).toBe('Ann')
  })
})

describe.each(PERSISTENCES)('an old value and one of ours under one name, in %s persistence', (_, options) => {
  it('ours counts, also when it has expired', async () => {
    const { sessions, value, clock } = adoptingSessions({
      name: 'sid',
      adopt: [adoption({ name: 'sid' })],
      ...options(),
    })
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['ours'] = true))
    const ours = browser.cookies.get('sid')
    const headers = [`sid=${ours}; sid=${value}`, `sid=${value}; sid=${ours}`]
    const read = () => Promise.all(headers.map((header) => sessions.read({ jar: new HeaderJar(header) })))
    expect((await read()).map(({ data }) => data)).toEqual([{ ours: true }, { ours: true }])
    clock.advance(901)
    expect((await read()).map(({ present }) => present)).toEqual([false, false])
  })
})

describe('under one name, a value is ours or an old one by all of it, not by its first letters', () => {
  const until = '2027-06-30'
  const named = (resembles: (value: string) => boolean, read: CookieFormat['read']) => ({
    from: cookieReader({ name: 'old', resembles, read }),
    name: 'sid',
    until,
  })

  it('an old one may begin like ours: a random id does in one of 64 cookies', async () => {
    const { sessions } = testSessions({
      name: 'sid',
      adopt: [
        named(
          (value) => /^[\w-]+\|\d+\|/.test(value),
          () => ({ data: { name: 'Ann' } }),
        ),
      ],
    })
    for (const start of ['Uabcdefg', 'U-123456', '53abcdef']) {
      const jar = new HeaderJar(`sid=${start}hijklmnopqrstu|1800000000|mac`)
      expect((await sessions.read({ jar })).data, start).toEqual({ name: 'Ann' })
    }
  })

  it.each(['base64url', 'hex'])('one of ours in %s may begin like an old one', async (encoder) => {
    const options = {
      name: 'sid',
      encoder,
      adopt: [
        named(
          (value) => /^[\w-]{32}/.test(value),
          () => 'malformed',
        ),
      ],
    }
    const { sessions } = testSessions(options)
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['ours'] = true))
    expect((await sessions.read({ jar: browser.request() })).data).toEqual({ ours: true })
  })
})

describe('after its date, an old cookie', () => {
  it('is not looked at, and its format is asked nothing', async () => {
    const from = oldFormat()
    const { sessions, browser, clock } = adoptingSessions({
      adopt: [adoption({ from, until: new Date((NOW + 10) * 1000) })],
    })
    clock.advance(9)
    expect((await sessions.read({ jar: browser.request() })).present).toBe(true)
    const asked = from.asked()
    clock.advance(1)
    expect((await sessions.start({ jar: browser.request() })).refusal).toBe('missing')
    await sessions.destroy({ jar: browser.request() })
    expect(from.asked()).toBe(asked)
  })

  it('of our name is a malformed one of ours', async () => {
    const { sessions, value, clock } = adoptingSessions({
      name: 'sid',
      adopt: [adoption({ name: 'sid', until: new Date((NOW + 10) * 1000) })],
    })
    clock.advance(10)
    expect((await sessions.read({ jar: new HeaderJar(`sid=${value}`) })).refusal).toBe('malformed')
  })
})

describe('a forwarded Cookie header', () => {
  it('is without the old cookies as well, and all others stay as they are', () => {
    const { sessions } = adoptingSessions()
    const header = 'a="1; b";  legacy.sid=x; legacysid=y;session=z; session.2=y; session2=w;;c=%20 '
    expect(sessions.stripSessionCookies(header)).toBe('a="1; b"; legacysid=y; session2=w;;c=%20 ')
  })
})

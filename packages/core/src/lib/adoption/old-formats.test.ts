import { describe, expect, it, test } from 'vitest'
import type { Serializer } from '../contracts/parts.ts'
import type { SessionReader } from '../contracts/persistence.ts'
import { SessionUnavailableError } from '../errors.ts'
import { adoptingSessions, adoption, newStore, OLD } from '../test-support/adopting-sessions.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying, oldFormat, oldValue } from '../test-support/old-sessions.ts'
import { request, testSessions } from '../test-support/sessions.ts'
import { cookieReader } from './cookie-reader.ts'

describe('several kinds of old cookies', () => {
  const adopt = [
    adoption({ from: oldFormat('iron'), name: 'a' }),
    adoption({ from: oldFormat('resty'), name: 'b' }),
    adoption({ from: oldFormat('plain'), name: 'b' }),
  ]
  const value = (format: string, data: object) => oldValue({ id: format, data }).replace('old', format)

  test.each<[Record<string, string>, string | undefined]>([
    [{ b: value('plain', { is: 'plain' }) }, 'plain'],
    [{ b: value('resty', { is: 'resty' }) }, 'resty'],
    [{ b: value('resty', { is: 'resty' }), a: value('iron', { is: 'iron' }) }, 'iron'],
    [{ b: value('resty', { is: 'resty' }), a: 'iron-forged' }, 'resty'],
    [{ a: value('resty', { is: 'resty' }) }, undefined],
    [{ b: 'resty-forged' }, undefined],
  ])('%o: the first in the list that opens', async (cookies, is) => {
    const { sessions } = testSessions({ adopt })
    const session = await sessions.read({ jar: carrying(new Browser(), cookies).request() })
    expect(session.data['is']).toBe(is)
  })

  it('are refused for what is wrong with the one that is there', async () => {
    const { sessions } = testSessions({ adopt })
    const session = await sessions.read({ jar: carrying(new Browser(), { a: 'iron-forged' }).request() })
    expect(session.refusal).toBe('tampered')
  })

  it('are not one session because they have the same id', async () => {
    const { sessions } = testSessions({ adopt, store: newStore() })
    const same = (format: string) => oldValue({ id: 'same', data: {} }).replace('old', format)
    const [one, two] = [carrying(new Browser(), { a: same('iron') }), carrying(new Browser(), { b: same('resty') })]
    await request(sessions, one, (session) => void (session.data['n'] = 1))
    expect(await request(sessions, two, ({ data }) => data)).toEqual({})
  })

  it('all go when the session is destroyed, and only the adopted one before that', async () => {
    const cookies = { a: value('iron', {}), b: value('plain', {}), c: '1' }
    const { sessions } = testSessions({ adopt })
    const [first, last] = [carrying(new Browser(), cookies), carrying(new Browser(), cookies)]
    await request(sessions, first, (session) => session.touch())
    expect([...first.cookies.keys()]).toEqual(['b', 'c', 'session'])
    await request(sessions, last, (session) => session.destroy())
    expect([...last.cookies.keys()]).toEqual(['c'])
  })
})

describe('old sessions in several cookies', () => {
  /** `sid` and `sid_2`, or `sid_2` alone: half of the data in each. */
  const halves: SessionReader = {
    name: 'halves',
    resembles: (value) => value.startsWith('half-'),
    create: ({ name, attributes }) => ({
      owns: (cookieName) => [name, `${name}_2`].includes(cookieName),
      async open({ jar, now }) {
        const [first = '', second] = [...jar.get(name), ...jar.get(`${name}_2`)].map((value) => value.slice(5))
        if (second === undefined && !jar.get(`${name}_2`)[0]) return { ok: false, refusal: 'missing' }
        const data = new TextEncoder().encode(JSON.stringify({ first, second }))
        const times = { began: now, rolled: now, touched: now }
        const id = new TextEncoder().encode(first)
        const bound = new Uint8Array()
        const claims = { ...times, id, bound, subject: '', remember: false, stale: false, dataVersion: 0 }
        return { ok: true, opened: { state: { claims, data }, handedOff: false, reseal: false, token: undefined } }
      },
      clear: ({ jar }) => {
        const both = [name, `${name}_2`].filter((cookieName) => jar.get(cookieName).length > 0)
        for (const cookieName of both) if ('set' in jar) jar.set(cookieName, '', { ...attributes, maxAge: 0 })
      },
    }),
  }

  test.each(['sid', 'session'])('all go, but for ours, when ours is called %s', async (name) => {
    const { sessions } = testSessions({ name, adopt: [{ from: halves, name: 'sid', until: '2027-06-30' }] })
    const browser = carrying(new Browser(), { sid: 'half-a', sid_2: 'half-b', sid_3: 'x' })
    await request(sessions, browser, ({ data }) => expect(data).toEqual({ first: 'a', second: 'b' }))
    expect([...browser.cookies.keys()].sort()).toEqual([name, 'sid_3'].sort())
    expect(browser.cookies.get(name)).toMatch(/^U/)
    expect(sessions.stripSessionCookies('a=1; sid=x; sid_2=y; sid_3=z')).toBe('a=1; sid_3=z')
    await request(sessions, browser, ({ data }) => expect(data).toEqual({ first: 'a', second: 'b' }))
    const again = carrying(new Browser(), { sid: 'half-a', sid_2: 'half-b' })
    await request(sessions, again, (session) => session.destroy())
    expect(again.cookies.size).toBe(0)
  })

  it('are found where the first of them is missing', async () => {
    const { sessions } = testSessions({ adopt: [{ from: halves, name: 'sid', until: '2027-06-30' }] })
    const session = await sessions.read({ jar: carrying(new Browser(), { sid_2: 'half-b' }).request() })
    expect(session.data['first']).toBe('b')
  })
})

describe('a fault of the old sessions’ store', () => {
  it('is no logout: an error, and the cookie is left alone', async () => {
    const from = cookieReader({
      name: 'old',
      resembles: () => true,
      read: () => Promise.reject(new Error('connection reset')),
    })
    const { sessions, browser, events } = adoptingSessions({ adopt: [adoption({ from })] })
    const jar = browser.request()
    await expect(sessions.start({ jar })).rejects.toThrow(SessionUnavailableError)
    expect([jar.lines, events]).toEqual([[], []])
  })
})

describe('with parts of one’s own', () => {
  it('the data is serialized by them, and what they cannot keep is refused', async () => {
    const serializer: Serializer = {
      name: 'reversed',
      serialize: (data) => [...JSON.stringify(data)].reverse().join(''),
      deserialize: (text) => JSON.parse([...text].reverse().join('')),
    }
    const { sessions, browser } = adoptingSessions({ serializer, encoder: 'hex' })
    await request(sessions, browser, ({ data }) => expect(data).toEqual(OLD.data))
    expect([...browser.cookies.keys()]).toEqual(['session'])
    expect(await request(sessions, browser, ({ data }) => data)).toEqual(OLD.data)
  })
})

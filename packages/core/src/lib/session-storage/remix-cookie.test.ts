import { createHmac } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import { HeaderJar, memoryStore } from '../../index.ts'
import { SessionConfigError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying } from '../test-support/old-sessions.ts'
import { request, testSessions } from '../test-support/sessions.ts'
import { type RemixCookieOptions, remixCookie } from './remix-cookie.ts'

const sign = (text: string, secret = 'new'): string =>
  `${text}.${createHmac('sha256', secret).update(text).digest('base64').replace(/=+$/, '')}`

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const cookieOf = (data: unknown, secret?: string): string =>
  encodeURIComponent(sign(base64(JSON.stringify(data)), secret))

const respelt = (_: string, before: string, character: string): string =>
  `${before}%${character.charCodeAt(0).toString(16)}`

const DATA = { user: 'Ann', text: 'ä€😀 ?>~ÿ' }

function setUp(options: Partial<RemixCookieOptions> = {}) {
  const from = remixCookie({ secrets: ['new', 'old'], ...options })
  const { sessions, events } = testSessions({
    adopt: [{ from, name: '__session', until: '2027-06-30' }],
    store: memoryStore({ name: 'remix-cookie' }),
  })
  const read = (value: string) => sessions.read({ jar: new HeaderJar(`__session=${value}`) })
  return { sessions, events, read }
}

describe('a cookie of createCookieSessionStorage', () => {
  test.each(['new', 'old'])('is read when the secret %s signed it', async (secret) => {
    const session = await setUp().read(cookieOf(DATA, secret))
    expect([session.present, session.data, session.subject]).toEqual([true, DATA, undefined])
  })

  it('is read when it is empty', async () => {
    expect((await setUp().read(cookieOf({}))).present).toBe(true)
  })

  it('leaves its flash messages behind', async () => {
    const data = { a: 1, __flash_notice__: 'Saved.', __flash_: 2, flash__: 3 }
    expect((await setUp().read(cookieOf(data))).data).toEqual({ a: 1, __flash_: 2, flash__: 3 })
  })

  test.each<[string, string, string]>([
    ['of another secret', cookieOf(DATA, 'other'), 'tampered'],
    ['without a signature', encodeURIComponent(base64(JSON.stringify(DATA))), 'malformed'],
    ['with an empty signature', `${base64(JSON.stringify(DATA))}.`, 'malformed'],
    ['of text instead of an object', encodeURIComponent(sign(base64('"user"'))), 'missing'],
    ['of a list', encodeURIComponent(sign(base64('[{"user":1}]'))), 'missing'],
    ['of no JSON', encodeURIComponent(sign(base64('{"user"'))), 'malformed'],
    ['of a prototype', encodeURIComponent(sign(base64('{"__proto__":{"admin":1}}'))), 'malformed'],
    ['of broken percent encoding', `${cookieOf(DATA)}%`, 'malformed'],
    ['of needless percent encoding', cookieOf(DATA).replace('e', '%65'), 'missing'],
    ['of needless percent encoding further on', cookieOf(DATA).replace(/^(.{20})(.)/, respelt), 'malformed'],
    ['of missing percent encoding', decodeURIComponent(cookieOf(DATA)), 'malformed'],
    ['of a JSON Web Token', `${base64('{"alg":"none"}')}.${base64('{"sub":"1"}')}.`, 'malformed'],
  ])('is refused %s', async (_, value, refusal) => {
    expect(await setUp().read(value)).toMatchObject({ present: false, refusal, data: {} })
  })

  it('is refused with one character more, less or another, wherever that is', async () => {
    const { read } = setUp()
    const value = cookieOf(DATA)
    for (let at = 0; at < value.length; at++) {
      const rest = value.slice(at + 1)
      for (const character of ['', `${value[at]}A`, value[at] === 'A' ? 'B' : 'A', '%', '.', '+']) {
        const changed = value.slice(0, at) + character + rest
        if (changed !== value) expect((await read(changed)).present, changed).toBe(false)
      }
    }
  })

  it('has one spelling of its signature, whose last character has bits to spare', async () => {
    const { read } = setUp()
    const value = cookieOf(DATA)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    const good = [...alphabet].map(async (last) => (await read(value.slice(0, -1) + last)).present)
    expect((await Promise.all(good)).filter(Boolean)).toHaveLength(1)
  })
})

describe('two visitors with equal cookies', () => {
  const both = () => [0, 1].map(() => carrying(new Browser(), { __session: cookieOf({ theme: 'dark', key: 'k' }) }))

  test.each<[string, RemixCookieOptions['identify'], boolean]>([
    ['have a session each', undefined, false],
    ['have one when the app says that the data belongs to one session', ({ key }) => String(key), true],
    ['have a session each when the app finds nothing that says so', ({ id }) => id as undefined, false],
  ])('%s', async (_, identify, isOne) => {
    const { sessions } = setUp(identify && { identify })
    const [one, two] = both() as [Browser, Browser]
    await request(sessions, one, (session) => void (session.data['address'] = 'of one'))
    expect(await request(sessions, two, ({ data }) => 'address' in data)).toBe(isOne)
  })
})

describe('what `identify` finds in the data', () => {
  const identify: RemixCookieOptions['identify'] = ({ session }) => (session as { key: string }).key

  test.each<[string, unknown, string | undefined]>([
    ['nothing', {}, undefined],
    ['null', { key: null }, undefined],
    ['an empty text', { key: '' }, undefined],
    ['a number', { key: 7 }, 'schema'],
    ['a list', { key: ['a'] }, 'schema'],
    ['an error', undefined, 'schema'],
  ])('may be %s', async (_, session, refusal) => {
    expect(await setUp({ identify }).read(cookieOf({ session }))).toMatchObject({ present: !refusal, refusal })
  })
})

describe('without a secret', () => {
  test.each([[[]], [['']], [undefined], ['secret'], [[1]]])('%j is an error', (secrets) => {
    expect(() => remixCookie({ secrets: secrets as string[] })).toThrow(SessionConfigError)
  })
})

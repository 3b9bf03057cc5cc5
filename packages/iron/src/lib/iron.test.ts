import { HeaderJar, memoryStore, type SessionOptions } from '@sojourn/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { iron } from '../index.ts'
import { Browser, NAME } from './test-support/browser.ts'
import { release9 } from './test-support/iron-session.ts'
import { type Data, ironSessions, OTHER_PASSWORD, PASSWORD } from './test-support/sessions.ts'

afterEach(() => void vi.restoreAllMocks())

describe('passwords', () => {
  const refused: [string, unknown, string][] = [
    ['a short one', 'x'.repeat(31), '`password[1]` has 31 characters. iron-session takes 32 or more.'],
    ['an empty map', {}, '`password` has no entry'],
    ['an id that is no number', { a: PASSWORD }, '`password` has the id "a"'],
    ['an id in another spelling', { '01': PASSWORD }, '`password` has the id "01"'],
    ['a negative id', { '-1': PASSWORD }, '`password` has the id "-1"'],
    ['something that is no text', { 1: 7 }, '`password[1]` is not text'],
    ['a short one among others', { 1: PASSWORD, 7: '' }, '`password[7]` has 0 characters'],
  ]
  it('may be as many as anyone has', () => {
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, id) => [id, `${PASSWORD}${id}`]))
    expect(() => iron({ password: many })).not.toThrow()
  })

  it.each(refused)('are an error for %s, and are not shown', (_, password, message) => {
    const make = () => iron({ password: password as string })
    expect(make).toThrow(message)
    expect(make).not.toThrow(PASSWORD)
  })

  it('seal under the highest id, by number', async () => {
    const browser = new Browser()
    const { sessions } = ironSessions({}, { 9: PASSWORD, 10: OTHER_PASSWORD, 0: `${PASSWORD}0` })
    await browser.visit(sessions, ({ data }) => void (data.name = 'Ada'))
    expect(browser.seal).toMatch(/^Fe26\.2\*10\*/)
    expect(await release9.unsealData(browser.seal, { password: { 10: OTHER_PASSWORD } })).toEqual({ name: 'Ada' })
    expect(sessions.describe().secrets).toBe(3)
  })

  it('that can be guessed are told of in the description, and once on the console', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const published = 'complex_password_at_least_32_characters_long'
    for (let times = 0; times < 2; times++)
      expect(ironSessions({}, published).sessions.describe().warnings).toContainEqual(
        expect.stringContaining('A password of iron is weak'),
      )
    expect(warn).toHaveBeenCalledOnce()
    expect(String(warn.mock.calls)).not.toContain(published)
    expect(ironSessions().sessions.describe().warnings).not.toContainEqual(expect.stringContaining('weak'))
  })

  it('may be missing until the first use', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { sessions } = ironSessions({ persistence: iron({ password: '' }) })
    const session = await sessions.open({ jar: new HeaderJar('') })
    session.data.name = 'Ada'
    await expect(session.save()).rejects.toThrow('`password` is missing')
    vi.unstubAllEnvs()
  })
})

describe('options', () => {
  const meaningless: SessionOptions<Data>[] = [
    { secret: PASSWORD },
    { store: memoryStore({ name: 'iron' }) },
    { idle: 60 },
    { absolute: 60 },
    { remember: { rolling: 60 } },
    { audience: 'a' },
    { bind: ['userAgent'] },
    { version: 1 },
    { migrate: (data) => data },
    { idLength: 16 },
    { identifier: 'random' },
    { strategy: 'regenerate' },
    { onConflict: 'merge' },
    { lock: true },
  ]
  it.each(meaningless)('that mean nothing here are an error: %o', (options) => {
    expect(() => ironSessions(options)).toThrow(`\`${Object.keys(options)[0]}\` means nothing to iron`)
  })

  it('are those of iron-session, where none are given', () => {
    expect(ironSessions().sessions.describe()).toMatchObject({
      persistence: 'iron',
      format: 'iron',
      promises: { keepsParallelWrites: false, destroyEndsEveryCopy: false },
      times: { idle: false, absolute: false, rolling: 1_209_600 },
      cookie: { persistent: true, maxCookies: 1, path: '/', sameSite: 'lax', httpOnly: true },
    })
  })
})

describe('a session', () => {
  const withData = async (browser = new Browser()) => {
    const made = ironSessions()
    await browser.visit(made.sessions, ({ data }) => void (data.name = 'Ada'))
    return { browser, ...made }
  }

  it('has no place for who is signed in', async () => {
    const { browser, sessions } = await withData()
    await expect(browser.visit(sessions, (session) => session.signIn('ada'))).rejects.toMatchObject({
      code: 'session_unsupported',
    })
  })

  it('is not written by who only reads', async () => {
    const { browser, sessions } = await withData()
    const before = browser.seal
    await browser.visit(sessions, ({ data }) => data.name)
    expect(browser.seal).toBe(before)
  })

  it('is renewed by a reader when little of it is left', async () => {
    let now = Date.UTC(2026, 10, 23)
    const { sessions, events } = ironSessions({ rolling: 1000, renew: 400, now: () => now })
    const browser = new Browser()
    await browser.visit(sessions, ({ data }) => void (data.name = 'Ada'))
    for (const [seconds, type] of [
      [599, []],
      [2, ['renewed']],
      [599, []],
      [900, ['refused']],
    ] as const) {
      events.length = 0
      now += seconds * 1000
      await browser.visit(sessions, ({ data }) => data.name)
      expect(events.map((event) => event.type)).toEqual(type)
    }
  })

  it('shows an id that is neither in the cookie nor the same for two sessions, and changes with each save', async () => {
    const { browser, sessions } = await withData()
    const idOf = (of: Browser) => of.visit(sessions, ({ id }) => id)
    const id = await idOf(browser)
    expect(id).toMatch(/^[\w-]{32}$/)
    expect(await idOf(browser)).toBe(id)
    expect(browser.seal).not.toContain(id.slice(0, 8))
    expect(await idOf((await withData()).browser)).not.toBe(id)
    const shown = await browser.visit(sessions, async (session) => {
      session.data.visits = 1
      await session.save()
      return session.id
    })
    expect(shown).not.toBe(id)
    expect(await idOf(browser)).toBe(shown)
  })

  it('in several cookies is not hidden by a whole one that another response has set meanwhile', async () => {
    const { sessions } = ironSessions({ cookie: { maxCookies: 4 } })
    const answer = async (data: Partial<Data>) => {
      const jar = new HeaderJar('')
      const session = await sessions.start({ jar })
      Object.assign(session.data, data)
      await session.save()
      return jar.lines
    }
    const [long, short] = [await answer({ long: 'x'.repeat(6000) }), await answer({ name: 'Ada' })]
    const browser = new Browser()
    browser.receive(short)
    browser.receive(long)
    expect((await browser.read(sessions)).data).toEqual({ long: 'x'.repeat(6000) })
  })

  it('says that a destroyed one is good until it expires', async () => {
    const { browser, sessions, events } = await withData()
    const copy = browser.seal
    events.length = 0
    await browser.visit(sessions, (session) => session.destroy())
    expect(events.map(({ type }) => type)).toEqual(['destroyed', 'not-revocable'])
    browser.cookies.set(NAME, copy)
    expect(await browser.read(sessions)).toEqual({ data: { name: 'Ada' }, refusal: undefined })
  })

  it('has the cookies that stripSessionCookies takes out, and no others', () => {
    const { sessions } = ironSessions()
    const own = [NAME, ...[0, 1, 2, 3].map((index) => `${NAME}.${index}`)].map((name) => `${name}=x`)
    const others = ['a=1', `${NAME}.4=x`, `${NAME}.10=x`, `${NAME}0=x`, `my-${NAME}=x`, 'b="2"']
    expect(sessions.stripSessionCookies([...others.slice(0, 3), ...own, ...others.slice(3)].join('; '))).toBe(
      others.join('; '),
    )
  })
})

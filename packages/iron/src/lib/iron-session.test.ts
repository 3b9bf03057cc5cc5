import { HeaderJar } from '@sojourn/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Browser, NAME } from './test-support/browser.ts'
import { release9, releases } from './test-support/iron-session.ts'
import { FOURTEEN_DAYS, ironSessions, OTHER_PASSWORD, PASSWORD } from './test-support/sessions.ts'

const DATA = { name: 'Ada Lovelace 🦊', visits: 3 }
const START = Date.UTC(2026, 10, 23)

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }))
afterEach(() => void vi.useRealTimers())

const browserWith = (seal: string): Browser => {
  const browser = new Browser()
  browser.cookies.set(NAME, seal)
  return browser
}

/** Passes on the clock of sojourn and of iron-session. */
const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000)

const read = (browser: Browser, { sessions } = ironSessions()) =>
  browser.visit(sessions, ({ data, refusal }) => ({ data, refusal }))

describe.each(releases)('iron-session $release', ({ sealData, unsealData, visit }) => {
  it('seals what opens here', async () => {
    const browser = browserWith(await sealData(DATA, { password: PASSWORD }))
    expect(await read(browser)).toEqual({ data: DATA, refusal: undefined })
  })

  it('opens what is sealed here', async () => {
    const browser = new Browser()
    await browser.visit(ironSessions().sessions, (session) => void Object.assign(session.data, DATA))
    expect(await unsealData(browser.seal, { password: PASSWORD })).toEqual(DATA)
  })

  it('and sojourn change one session in turn, over requests and responses', async () => {
    const browser = new Browser()
    const { sessions } = ironSessions()
    await visit(browser, async (session) => {
      session.name = 'Ada'
      session.visits = 1
      await session.save()
    })
    await browser.visit(sessions, ({ data }) => void (data.visits = (data.visits ?? 0) + 1))
    await visit(browser, async (session) => {
      session.visits = (session.visits ?? 0) + 1
      await session.save()
    })
    await browser.visit(sessions, (session) => session.regenerate())
    expect(await visit(browser, (session) => ({ ...session }))).toEqual({ name: 'Ada', visits: 3 })
    await browser.visit(sessions, (session) => session.destroy())
    expect(browser.cookies.size).toBe(0)
    expect(await visit(browser, (session) => ({ ...session }))).toEqual({})
  })

  it('and sojourn log each other out', async () => {
    const browser = new Browser()
    await browser.visit(ironSessions().sessions, ({ data }) => void (data.name = 'Ada'))
    await visit(browser, (session) => session.destroy())
    expect(await read(browser)).toEqual({ data: {}, refusal: 'missing' })
  })

  it('sets the cookie for as long as sojourn does', async () => {
    const ages = async (options: object, ironOptions: object) => {
      const lines: string[][] = [[], []]
      const [ours, theirs] = lines.map((seen) => {
        const browser = new Browser()
        vi.spyOn(browser, 'receive').mockImplementation((set) => void seen.push(...set))
        return browser
      })
      await ours!.visit(ironSessions(options).sessions, ({ data }) => void (data.name = 'Ada'))
      await visit(theirs!, (session) => session.save(), ironOptions)
      return lines.map(([line]) => /Max-Age=(\d+)/.exec(line ?? '')?.[1])
    }
    expect(await ages({}, {})).toEqual(['1209540', '1209540'])
    expect(await ages({ rolling: 3600 }, { ttl: 3600 })).toEqual(['3540', '3540'])
    expect(await ages({ rolling: false, persistent: false }, { cookieOptions: { maxAge: undefined } })).toEqual([
      undefined,
      undefined,
    ])
  })

  it('opens no longer what has expired here, once its minute for clocks that differ is over', async () => {
    const browser = new Browser()
    await browser.visit(ironSessions().sessions, ({ data }) => void (data.name = 'Ada'))
    pass(FOURTEEN_DAYS + 59)
    expect(await unsealData(browser.seal, { password: PASSWORD })).toEqual({ name: 'Ada' })
    pass(1)
    expect(await unsealData(browser.seal, { password: PASSWORD })).toEqual({})
  })

  it('seals what expires here to the second', async () => {
    const browser = browserWith(await sealData(DATA, { password: PASSWORD, ttl: 100 }))
    pass(99)
    expect(await read(browser, ironSessions({ rolling: 100, renew: 0 }))).toEqual({ data: DATA, refusal: undefined })
    pass(1)
    expect(await read(browser, ironSessions({ rolling: 100, renew: 0 }))).toEqual({
      data: {},
      refusal: 'expired-rolling',
    })
  })

  it('seals what lasts as long as it says, also when another ttl is configured here', async () => {
    for (const rolling of [50, 200, false] as const) {
      const browser = browserWith(await sealData(DATA, { password: PASSWORD, ttl: 100 }))
      const { sessions } = ironSessions({ rolling, ...(rolling && { renew: 0 }) })
      const refusal = async () => (await browser.read(sessions)).refusal
      pass(99)
      expect(await refusal(), `${rolling}`).toBeUndefined()
      pass(1)
      expect(await refusal(), `${rolling}`).toBe('expired-rolling')
    }
  })

  it('seals for longer than is configured here; the next save shortens it', async () => {
    const browser = browserWith(await sealData(DATA, { password: PASSWORD, ttl: 200 }))
    const { sessions } = ironSessions({ rolling: 100, renew: 0 })
    expect(await browser.visit(sessions, ({ expires }) => expires.rolling?.getTime())).toBe(START + 100_000)
    await browser.visit(sessions, ({ data }) => void (data.visits = 4))
    pass(100)
    expect((await browser.read(sessions)).refusal).toBe('expired-rolling')
  })

  it('seals without an end; sojourn gives it one at the first chance', async () => {
    const browser = browserWith(await sealData(DATA, { password: PASSWORD, ttl: 0 }))
    pass(10 * FOURTEEN_DAYS)
    expect(await read(browser)).toEqual({ data: DATA, refusal: undefined })
    pass(FOURTEEN_DAYS)
    expect(await read(browser)).toEqual({ data: {}, refusal: 'expired-rolling' })
  })

  it('opens for ever what is sealed without an end here', async () => {
    const browser = new Browser()
    const endless = ironSessions({ rolling: false })
    await browser.visit(endless.sessions, ({ data }) => void (data.name = 'Ada'))
    pass(10 * FOURTEEN_DAYS)
    expect(await unsealData(browser.seal, { password: PASSWORD, ttl: 0 })).toEqual({ name: 'Ada' })
    expect(await read(browser, endless)).toEqual({ data: { name: 'Ada' }, refusal: undefined })
  })

  it('and sojourn change passwords together', async () => {
    const [old, both] = [PASSWORD, { 1: PASSWORD, 2: OTHER_PASSWORD }]
    const browser = browserWith(await sealData(DATA, { password: old }))
    expect(browser.seal).toMatch(/^Fe26\.2\*1\*/)
    expect(await read(browser, ironSessions({}, both))).toEqual({ data: DATA, refusal: undefined })
    expect(browser.seal).toMatch(/^Fe26\.2\*2\*/)
    expect(await unsealData(browser.seal, { password: both })).toEqual(DATA)
    expect(await read(browser, ironSessions({}, old))).toEqual({ data: {}, refusal: 'unknown-key' })

    const newest = browserWith(await sealData(DATA, { password: both }))
    expect(await read(newest, ironSessions({}, { 2: OTHER_PASSWORD }))).toEqual({ data: DATA, refusal: undefined })
  })
})

describe('a session in several cookies', () => {
  const long = 'lorem ipsum '.repeat(600)
  const chunked = { chunk: true } as const
  const { sessions } = ironSessions({ cookie: { maxCookies: 4 } })
  const names = (browser: Browser) => [...browser.cookies.keys()].sort()

  it('of iron-session 9 opens here, and the other way round', async () => {
    const browser = new Browser()
    await release9.visit(
      browser,
      async (session) => {
        session.long = long
        await session.save()
      },
      chunked,
    )
    expect(names(browser)).toEqual([`${NAME}.0`, `${NAME}.1`, `${NAME}.2`])
    expect(await browser.visit(sessions, ({ data }) => void (data.name = 'Ada'))).toBeUndefined()
    expect(names(browser)).toEqual([`${NAME}.0`, `${NAME}.1`, `${NAME}.2`])
    expect(await release9.visit(browser, (session) => ({ ...session }))).toEqual({ long, name: 'Ada' })
  })

  it('leaves none of them behind when it shrinks or ends', async () => {
    const browser = new Browser()
    await browser.visit(sessions, ({ data }) => void (data.long = long))
    await browser.visit(sessions, ({ data }) => void (data.long = long.slice(0, 4000)))
    expect(names(browser)).toEqual([`${NAME}.0`, `${NAME}.1`])
    await browser.visit(sessions, ({ data }) => void (data.long = 'short'))
    expect(names(browser)).toEqual([NAME])
    await browser.visit(sessions, ({ data }) => void (data.long = long))
    expect(names(browser)).toEqual([`${NAME}.0`, `${NAME}.1`, `${NAME}.2`])
    expect(await release9.visit(browser, (session) => session.long)).toBe(long)
    await browser.visit(sessions, (session) => session.destroy())
    expect(names(browser)).toEqual([])
  })

  it('is incomplete without the last, and ambiguous with a second value for one', async () => {
    const browser = new Browser()
    await browser.visit(sessions, ({ data }) => void (data.long = long))
    const refusalWith = async (change: (cookies: string[]) => string[]) => {
      const jar = new HeaderJar(change(browser.header.split('; ')).join('; '))
      return (await sessions.read({ jar })).refusal
    }
    expect(await refusalWith((all) => all)).toBeUndefined()
    expect(await refusalWith((all) => all.slice(0, -1))).toBe('incomplete')
    expect(await refusalWith(([first = '', , third = '']) => [first, third])).toBe('incomplete')
    expect(await refusalWith((all) => [...all, `${NAME}.1=x`])).toBe('ambiguous')
    expect(await refusalWith(([, ...rest]) => rest)).toBe('missing')
  })

  it('is read, and not written, where one cookie is the most', async () => {
    const browser = new Browser()
    await browser.visit(sessions, ({ data }) => void (data.long = long))
    const single = ironSessions().sessions
    expect(await browser.visit(single, ({ data }) => data.long)).toBe(long)
    await expect(browser.visit(single, ({ data }) => void (data.name = 'Ada'))).rejects.toMatchObject({
      code: 'session_too_large',
    })
  })

  it('takes four at most', async () => {
    await expect(
      new Browser().visit(ironSessions({ cookie: { maxCookies: 4, maxBytes: 16_384 } }).sessions, ({ data }) => {
        data.long = 'x'.repeat(12_500)
      }),
    ).rejects.toMatchObject({ code: 'session_too_large' })
    expect(() => ironSessions({ cookie: { maxCookies: 5 } })).toThrow('`cookie.maxCookies` is 5')
  })
})

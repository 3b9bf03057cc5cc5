import { createSessions, memoryStore, type SessionOptions } from '@sojourn/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { iron } from '../index.ts'
import { Browser, NAME } from './test-support/browser.ts'
import { release9, releases } from './test-support/iron-session.ts'
import { type Data, OTHER_PASSWORD, PASSWORD } from './test-support/sessions.ts'

const DAY = 86_400_000
const DATA = { name: 'Ada', visits: 3 }

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23) }))
afterEach(() => void vi.useRealTimers())

const adopting = (options: SessionOptions<Data> = {}) =>
  createSessions<Data>({
    secret: OTHER_PASSWORD,
    adopt: [{ from: iron({ password: PASSWORD }), name: NAME, until: '2027-06-30' }],
    ...options,
  })

it('knows seals by how they begin', () => {
  const { resembles } = iron({ password: PASSWORD })
  expect(resembles('Fe26.2*1*…')).toBe(true)
  for (const value of ['', 'Fe26.2', 'Fe26.1*', 'fe26.2*', 'UabcFe26.2*', 's:Fe26.2*'])
    expect(resembles(value)).toBe(false)
})

describe.each(releases)('a session of iron-session $release', ({ release, visit }) => {
  const oldBrowser = async () => {
    const browser = new Browser()
    await visit(browser, (session) => Object.assign(session, DATA).save())
    return browser
  }

  it('becomes one of ours, days after it was last saved, and the old cookie goes', async () => {
    const browser = await oldBrowser()
    vi.setSystemTime(Date.now() + 13 * DAY)
    const sessions = adopting()
    expect(await browser.visit(sessions, ({ data }) => data)).toEqual(DATA)
    expect([...browser.cookies.keys()]).toEqual(['session'])
    expect(await browser.read(sessions)).toEqual({ data: DATA, refusal: undefined })
  })

  it('is not adopted once it has expired', async () => {
    const browser = await oldBrowser()
    vi.setSystemTime(Date.now() + 14 * DAY)
    expect((await browser.read(adopting())).refusal).toBe('expired-rolling')
  })

  it('becomes one session for two requests at once, and none after logout', async () => {
    const browser = await oldBrowser()
    const copy = browser.seal
    const sessions = adopting({ store: memoryStore({ name: `adopts-${release}` }) })
    const other = new Browser()
    other.cookies.set(NAME, copy)
    const ids = await Promise.all([browser, other].map((one) => one.visit(sessions, ({ id }) => id)))
    expect(new Set(ids).size).toBe(1)
    await browser.visit(sessions, (session) => session.destroy())
    browser.cookies.set(NAME, copy)
    expect(await browser.read(sessions)).toEqual({ data: {}, refusal: 'destroyed' })
  })
})

it('a session in several cookies of iron-session 9 is adopted, and all of them go', async () => {
  const browser = new Browser()
  const long = 'lorem ipsum '.repeat(450)
  await release9.visit(browser, (session) => Object.assign(session, { long }).save(), { chunk: true })
  expect(browser.cookies.size).toBe(2)
  const sessions = adopting({ store: memoryStore({ name: 'adopts-long' }) })
  expect(await browser.visit(sessions, ({ data }) => data.long)).toBe(long)
  expect([...browser.cookies.keys()]).toEqual(['session'])
})

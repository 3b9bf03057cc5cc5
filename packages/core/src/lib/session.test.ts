import { describe, expect, it, test, vi } from 'vitest'
import { memoryStore } from '../index.ts'
import type { SessionOptions } from './contracts/options.ts'
import type { Session } from './contracts/session.ts'
import { SessionDataError } from './errors.ts'
import { Browser } from './test-support/browser.ts'
import { type Data, request, testSessions } from './test-support/sessions.ts'

let stores = 0
const kinds: [string, () => SessionOptions<Data>][] = [
  ['cookie', () => ({})],
  ['record', () => ({ store: memoryStore({ name: `session-test-${stores++}` }) })],
]

describe.each(kinds)('a handle in %s persistence', (_, options) => {
  const setUp = (more: SessionOptions<Data> = {}) => ({
    ...testSessions({ ...options(), ...more }),
    browser: new Browser(),
  })
  const handle = async (): Promise<Session<Data>> => {
    const { sessions, browser } = setUp()
    return sessions.open({ jar: browser.request() })
  }

  describe('whose data was replaced', () => {
    it('saves what it was replaced with', async () => {
      const { sessions, browser } = setUp()
      await request(sessions, browser, (session) => void (session.data = { a: 1 }))
      await request(sessions, browser, (session) => void (session.data = { b: 2 }))
      expect(await request(sessions, browser, (session) => session.data)).toEqual({ b: 2 })
    })

    it('holds on to the object that it was given until it is saved', async () => {
      const session = await handle()
      const mine: Data = { a: 1 }
      session.data = mine
      mine['b'] = 2
      await session.save()
      expect(session.data).toBe(mine)
      expect(mine).toEqual({ a: 1, b: 2 })
    })

    it('R49: never changes the object that it was given, which others may share', async () => {
      const { sessions, browser } = setUp()
      const defaults: Data = Object.freeze({ theme: 'light' })
      await request(sessions, browser, (session) => void (session.data['seen'] = true))
      const other = await sessions.open({ jar: browser.request() })
      await request(sessions, browser, async (session) => {
        session.data = defaults
        await session.update((data) => void (data['user'] = 'ann'))
        expect(session.data).toEqual({ theme: 'light', user: 'ann' })
      })
      other.data = defaults
      await other.save()
      expect(other.data).toMatchObject(defaults)
      expect(defaults).toEqual({ theme: 'light' })
    })

    it.each<[string, unknown]>([
      ['null', null],
      ['undefined', undefined],
      ['a list', ['a']],
      ['a text', 'a'],
      ['a Map', new Map([['a', 1]])],
    ])('refuses %s, which would not come back, and keeps the old data', async (_, value) => {
      const { sessions, browser } = setUp()
      await request(sessions, browser, (session) => void (session.data['a'] = 1))
      const session = await sessions.open({ jar: browser.request() })
      session.data = value as Data
      await expect(session.save()).rejects.toThrow(SessionDataError)
      await expect(session.save()).rejects.toThrow('Session data: it is not a plain object.')
      await expect(sessions.settle(session)).resolves.toBeUndefined()
      expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: 1 })
    })
  })

  it('gives the app one data object, whatever is merged into it', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const session = await sessions.open({ jar: browser.request() })
    const { data } = session
    await session.update((data) => void (data['b'] = 2))
    expect(session.data).toBe(data)
    expect(data).toEqual({ a: 1, b: 2 })
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a number', 42],
    ['an object', { id: 'ann' }],
  ])('signing in %s is refused, and nobody is signed in', async (_, subject) => {
    const session = await handle()
    await expect(session.signIn(subject as string)).rejects.toThrow(/signIn needs a subject/)
    expect(session).toMatchObject({ present: false, subject: undefined })
  })

  test.each(['a\ud800', 'x'.repeat(65_536)])(
    'signing in a subject that cannot be stored is refused: %.5s…',
    async (subject) => {
      const session = await handle()
      await expect(session.signIn(subject)).rejects.toThrow(SessionDataError)
      expect(session.present).toBe(false)
    },
  )

  it.each(['ä€😀', '__proto__', 'a\0b\r\nc', 'x'.repeat(100)])(
    'keeps any other subject as it is: %.12j',
    async (subject) => {
      const { sessions, browser } = setUp()
      await request(sessions, browser, (session) => session.signIn(subject))
      expect(await request(sessions, browser, (session) => session.subject)).toBe(subject)
    },
  )

  it('still says why it is new after an update that changed nothing', async () => {
    const session = await handle()
    await session.update(() => undefined)
    expect(session).toMatchObject({ present: false, refusal: 'missing' })
    await session.update((data) => void (data['a'] = 1))
    expect(session).toMatchObject({ present: true, refusal: undefined })
  })

  it('is saved as it was when an update throws', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, async (session) => {
      session.data['a'] = 1
      const failing = session.update((data) => {
        data['b'] = 2
        throw new Error('mine')
      })
      await expect(failing).rejects.toThrow('mine')
      expect(session.data).toEqual({ a: 1 })
    })
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: 1 })
  })

  it('runs its verbs in the order of their calls', async () => {
    const { sessions, browser } = setUp()
    await request(sessions, browser, async (session) => {
      session.data['a'] = 1
      const verbs = [session.save(), session.signIn('ann'), session.regenerate({ flush: true }), session.touch()]
      await Promise.all(verbs)
      expect(session).toMatchObject({ subject: 'ann', data: {} })
    })
    expect(await request(sessions, browser, (session) => [session.subject, session.data])).toEqual(['ann', {}])
  })

  it('closes at the end of a block, after the verbs before', async () => {
    const { sessions, browser } = setUp()
    const jar = browser.request()
    let session: Session<Data>
    {
      await using handle = await sessions.open({ jar })
      session = handle
      handle.data['a'] = 1
      void handle.save()
    }
    expect(jar.lines).toHaveLength(1)
    await expect(session.save()).rejects.toMatchObject({ code: 'session_closed' })
  })

  it('is not disturbed by a listener that fails later', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { sessions, browser } = setUp({ onEvent: () => Promise.reject(new Error('listener')) })
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('belongs to the sessions that opened it', async () => {
    const { sessions } = setUp()
    const impostor = { data: {}, save: async () => undefined } as unknown as Session<Data>
    await expect(async () => sessions.settle(impostor)).rejects.toThrow(TypeError)
  })
})

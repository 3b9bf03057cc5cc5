import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSessions, memoryStore, type SessionStore, type StoreNotice } from '../../index.ts'
import { Browser } from '../test-support/browser.ts'
import { Clock, request, SECRET, testSessions } from '../test-support/sessions.ts'

afterEach(() => void vi.restoreAllMocks())

describe('a store with replicas', () => {
  /** Confirms only what it is asked to, and falls short of it. */
  const unconfirmed = (): SessionStore => {
    const store = memoryStore({ name: 'unconfirmed' })
    return {
      ...store,
      write: async (key, bytes, expiresAt, expect, call) => {
        const result = await store.write(key, bytes, expiresAt, expect, call)
        return result.ok && call?.confirm ? { ...result, unconfirmed: true } : result
      },
    }
  }

  it('is asked to confirm rotations and a destroy, and nothing else; a shortfall is an event', async () => {
    const { sessions, events } = testSessions({ store: unconfirmed() })
    const browser = new Browser()
    const shortfalls = async (verb: (session: Awaited<ReturnType<typeof sessions.open>>) => unknown) => {
      events.length = 0
      await request(sessions, browser, (session) => void verb(session))
      return events.filter(({ type }) => type === 'unconfirmed').length
    }
    expect(await shortfalls((session) => (session.data['n'] = 1))).toBe(0)
    expect(await shortfalls((session) => (session.data['n'] = 2))).toBe(0)
    expect(await shortfalls((session) => session.touch())).toBe(0)
    // The successor and the record that leads there.
    expect(await shortfalls((session) => session.regenerate())).toBe(2)
    expect(await shortfalls((session) => session.signIn('ann'))).toBe(2)
    expect(await shortfalls((session) => session.destroy())).toBe(1)
    const destroyed = events.find(({ type }) => type === 'destroyed')
    expect(events.find(({ type }) => type === 'unconfirmed')?.id).toBe(destroyed?.id)
  })
})

it('a tombstone whose answer was lost is written again, so that a replica that is late is noticed', async () => {
  const store = memoryStore({ name: 'lost-answer' })
  let isLost = false
  const { sessions, events } = testSessions({
    store: {
      ...store,
      write: async (key, bytes, expiresAt, expect, call) => {
        const result = await store.write(key, bytes, expiresAt, expect, call)
        if (isLost) {
          isLost = false
          throw new Error('the connection was replaced')
        }
        return result.ok && call?.confirm ? { ...result, unconfirmed: true } : result
      },
    },
  })
  const browser = new Browser()
  await request(sessions, browser, (session) => void (session.data['n'] = 1))
  events.length = 0
  isLost = true
  await request(sessions, browser, (session) => session.destroy())
  expect(events.map(({ type }) => type)).toEqual(['store-error', 'unconfirmed', 'destroyed'])
})

describe('what a store reports', () => {
  function reporting(...notices: readonly StoreNotice[]): SessionStore {
    return { ...memoryStore({ name: 'reports' }), onNotice: (listener) => notices.forEach(listener) }
  }

  it('is an event; a warning is also said on the console, once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const message = 'The server evicts sessions. Set maxmemory-policy to noeviction.'
    const store = reporting({ type: 'evicted', count: 3 }, { type: 'warning', message })
    for (let times = 0; times < 2; times++) {
      expect(testSessions({ store }).events).toEqual([
        { type: 'evicted', count: 3 },
        { type: 'store-warning', message },
      ])
    }
    expect(warn.mock.calls).toEqual([[`sojourn: ${message}`]])
  })
})

describe('a store that fails', () => {
  const failing = (): SessionStore => ({
    ...memoryStore({ name: 'failing' }),
    read: () => Promise.reject(new Error('ioredis is not installed')),
  })

  it('is told of on the console, once, where nobody listens to events', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const browser = new Browser()
    await request(testSessions({ store: memoryStore({ name: 'failing' }) }).sessions, browser, (session) =>
      session.signIn('a'),
    )
    const listening = testSessions({ store: failing() }).sessions
    await expect(listening.open({ jar: browser.request() })).rejects.toThrow()
    expect(warn).not.toHaveBeenCalled()
    const silent = createSessions({ secret: SECRET, store: failing(), now: new Clock().now })
    for (let times = 0; times < 2; times++) await expect(silent.open({ jar: browser.request() })).rejects.toThrow()
    expect(warn.mock.calls).toEqual([['sojourn: the memory store failed: ioredis is not installed']])
  })
})

describe('a store that looks before it writes, instead of comparing', () => {
  const lookingStore = (): SessionStore => ({ ...memoryStore({ name: 'looking' }), atomic: false })

  it('is told of in the description', () => {
    expect(testSessions({ store: lookingStore() }).sessions.describe()).toMatchObject({
      promises: { keepsParallelWrites: false },
      warnings: expect.arrayContaining([expect.stringContaining('a save may undo another one')]),
    })
  })

  it('has neither update() nor touch(), and refuses to be told to throw on conflicts', async () => {
    const { sessions, clock } = testSessions({ store: lookingStore() })
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['n'] = 1))
    const session = await sessions.open({ jar: browser.request() })
    await expect(session.update(() => undefined)).rejects.toMatchObject({ code: 'session_unsupported' })
    await expect(session.touch()).rejects.toMatchObject({ code: 'session_unsupported' })
    expect(() => testSessions({ store: lookingStore(), onConflict: 'throw' })).toThrow("`onConflict: 'throw'`")
    clock.advance(120)
    const { idle } = session.expires
    await sessions.settle(session)
    expect((await sessions.open({ jar: browser.request() })).expires.idle).toEqual(idle)
  })

  it('still merges what it notices', async () => {
    const { sessions } = testSessions({ store: lookingStore() })
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['n'] = 1))
    const [one, two] = [
      await sessions.open({ jar: browser.request() }),
      await sessions.open({ jar: browser.request() }),
    ]
    one.data['a'] = 1
    two.data['b'] = 1
    await one.save()
    await two.save()
    expect((await sessions.open({ jar: browser.request() })).data).toEqual({ n: 1, a: 1, b: 1 })
  })
})

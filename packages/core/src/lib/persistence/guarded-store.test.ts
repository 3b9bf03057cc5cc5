import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../index.ts'
import type { CallOptions, SessionStore } from '../contracts/store.ts'
import { SessionConfigError, SessionUnavailableError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { faultyStore, StoreFault, type StoreStep } from '../test-support/faulty-store.ts'
import { request, testSessions } from '../test-support/sessions.ts'
import { guardedStore } from './guarded-store.ts'

let stores = 0
const newStore = () => memoryStore({ name: `guarded-${stores++}` })

describe('a guarded store', () => {
  const calls: [string, (store: SessionStore) => Promise<unknown> | undefined][] = [
    ['read', (store) => store.read('k')],
    ['write', (store) => store.write('k', new Uint8Array(1), 2 ** 40, 'any')],
    ['delete', (store) => store.delete('k')],
    ['index', (store) => store.index?.add('s', 'k', 2 ** 40)],
    ['index', (store) => store.index?.remove('s', 'k')],
    ['list', (store) => store.index?.members('s')],
  ]

  const throwing = (fail: () => never): SessionStore => ({
    ...newStore(),
    read: fail,
    write: fail,
    delete: fail,
    index: { add: fail, remove: fail, members: fail },
  })

  it.each(calls)('says of a fault that it did not %s the session, and why', async (verb, call) => {
    const cause = new Error('connection reset')
    const seen: unknown[] = []
    const rejecting = throwing((() => Promise.reject(cause)) as () => never)
    const fault = call(guardedStore(rejecting, (error) => seen.push(error)))
    await expect(fault).rejects.toThrow(SessionUnavailableError)
    await expect(fault).rejects.toMatchObject({
      code: 'session_unavailable',
      status: 503,
      message: `The memory store did not ${verb} the session.`,
      cause,
    })
    // What only looks is asked for once more.
    expect(seen).toEqual(verb === 'read' || verb === 'list' ? [cause, cause] : [cause])
  })

  it.each(calls)('takes what a store throws at once for the same (%s)', async (_, call) => {
    const store = throwing(() => {
      throw new TypeError('not connected')
    })
    await expect(call(guardedStore(store, () => undefined))).rejects.toThrow(SessionUnavailableError)
  })

  it('passes on what a store says itself in our words', async () => {
    const error = new SessionConfigError('this store cannot')
    const store = throwing(() => {
      throw error
    })
    await expect(guardedStore(store, () => undefined).read('k')).rejects.toBe(error)
  })

  it('is the store as long as nothing fails', async () => {
    const store = newStore()
    const guarded = guardedStore(store, () => expect.unreachable())
    const written = await guarded.write('k', new Uint8Array([1]), 2 ** 40, 'absent')
    expect(written.ok).toBe(true)
    expect(await guarded.read('k')).toEqual(await store.read('k'))
    expect(guarded).toMatchObject({ name: 'memory', holds: 'bytes', atomic: true })
    expect(await guarded.lock?.acquire('k', 'mine', 10)).toBe(true)
    expect(await store.lock.acquire('k', 'other', 10)).toBe(false)
    expect(guarded.keyOf('id')).toBe(store.keyOf('id'))
  })

  it('has neither index nor lock where the store has none', () => {
    const { index: _, lock: __, ...bare } = newStore()
    expect(Object.keys(guardedStore(bare, () => undefined))).not.toEqual(expect.arrayContaining(['index']))
    expect(guardedStore(bare, () => undefined).lock).toBeUndefined()
  })
})

describe('R42: a store that is down', () => {
  async function down(isDown: (step: StoreStep) => boolean) {
    const store = newStore()
    const browser = new Browser()
    await request(testSessions({ store }).sessions, browser, async (session) => {
      session.data['a'] = 1
      await session.signIn('ann')
    })
    const { sessions, events, clock } = testSessions({
      store: faultyStore(store, (step) => (isDown(step) ? 'before' : undefined)),
    })
    return { sessions, events, clock, browser, jar: browser.request(), whole: testSessions({ store }).sessions }
  }

  it('is an error when a session is opened, and not a session without a user', async () => {
    for (const verb of ['open', 'read', 'start'] as const) {
      const { sessions, events, jar, browser, whole } = await down(() => true)
      const error = await sessions[verb]({ jar }).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(SessionUnavailableError)
      expect((error as Error).cause).toBeInstanceOf(StoreFault)
      expect(events.map(({ type }) => type)).toEqual(['store-error', 'store-error'])
      expect(jar.lines).toEqual([])
      expect(await request(whole, browser, (session) => session.subject)).toBe('ann')
    }
  })

  it.each(['save', 'regenerate', 'signIn', 'touch', 'destroy'] as const)(
    'is an error for %s, and leaves the cookie alone',
    async (verb) => {
      const { sessions, events, jar, browser, whole } = await down((step) => step !== 'read')
      const session = await sessions.open({ jar })
      session.data['a'] = 2
      await expect(verb === 'signIn' ? session.signIn('bob') : session[verb]()).rejects.toThrow(SessionUnavailableError)
      expect(events[0]).toMatchObject({ type: 'store-error', error: expect.any(StoreFault) })
      expect(jar.lines).toEqual([])
      expect(session).toMatchObject({ present: true, subject: 'ann' })
      expect(await request(whole, browser, (session) => [session.subject, session.data])).toEqual(['ann', { a: 1 }])
    },
  )

  it('is no matter to who only reads when the use cannot be written down', async () => {
    const { sessions, clock, browser } = await down((step) => step === 'write')
    clock.advance(120)
    expect(await request(sessions, browser, (session) => session.subject)).toBe('ann')
  })

  it('is not asked for a visitor without a session', async () => {
    const { sessions, events } = await down(() => true)
    expect(await request(sessions, new Browser(), (session) => session.present)).toBe(false)
    expect(events).toEqual([])
  })
})

it('a store is told nothing of a request but when it is called off', async () => {
  const seen: (CallOptions | undefined)[] = []
  const store = newStore()
  const nosy: SessionStore = {
    ...store,
    read: (key, options) => {
      seen.push(options)
      return store.read(key, options)
    },
  }
  const { sessions } = testSessions({ store: nosy })
  const controller = new AbortController()
  const browser = new Browser()
  await request(sessions, browser, (session) => void (session.data['a'] = 1))
  await sessions.open({ jar: browser.request(), signal: controller.signal, facts: { userAgent: 'Firefox' } })
  expect(seen).toEqual([{ signal: expect.any(AbortSignal), confirm: false }])
  await expect(
    sessions.open({ jar: browser.request(), signal: AbortSignal.abort('the client went away') }),
  ).rejects.toBe('the client went away')
})

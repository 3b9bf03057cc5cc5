import { describe, expect, it, test } from 'vitest'
import { memoryStore, type SessionOptions, type SessionStore } from '../../index.ts'
import { SessionGoneError, SessionUnsupportedError, StoreRefusedError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { type Data, OTHER_SECRET, request, SECRET, testSessions } from '../test-support/sessions.ts'

let stores = 0

/** Sessions on one store, and a way to sign in on a new device. */
function shop(options: SessionOptions<Data> = {}) {
  const store = memoryStore({ name: `subjects-${stores++}`, now: () => at.clock.now() })
  const at = testSessions({ store, ...options })
  const login = async (subject: string, data: Data = {}): Promise<Browser> => {
    const browser = new Browser()
    await request(at.sessions, browser, (session) => {
      Object.assign(session.data, data)
      return session.signIn(subject)
    })
    return browser
  }
  const idOf = (browser: Browser) => request(at.sessions, browser, (session) => session.id)
  const subjectOf = (browser: Browser) => request(at.sessions, browser, (session) => session.subject)
  return { ...at, store, login, idOf, subjectOf }
}

describe('the sessions of a subject', () => {
  it('are listed with what their own device shows, the last used first', async () => {
    const { sessions, clock, login, idOf } = shop()
    const phone = await login('ann', { device: 'phone' })
    clock.advance(5)
    const laptop = await login('ann', { device: 'laptop' })
    await login('bob')
    const listed = await sessions.list('ann')
    expect(listed.map(({ id }) => id)).toEqual([await idOf(laptop), await idOf(phone)])
    const began = new Date(clock.now())
    const own = await sessions.open({ jar: laptop.request() })
    expect(listed[0]).toEqual({
      id: own.id,
      began,
      used: began,
      expires: own.expires,
      remembered: false,
      data: { device: 'laptop' },
    })
    expect(await sessions.list('carol')).toEqual([])
  })

  it('R11: are the live ones only', async () => {
    const { sessions, clock, login, idOf } = shop({ idle: 900 })
    const old = await login('ann')
    clock.advance(600)
    const [loggedOut, current] = [await login('ann'), await login('ann')]
    await request(sessions, loggedOut, (session) => session.destroy())
    clock.advance(400)
    await expect(request(sessions, old, (session) => session.present)).resolves.toBe(false)
    expect((await sessions.list('ann')).map(({ id }) => id)).toEqual([await idOf(current)])
  })

  it('follow a session that got another id', async () => {
    const { sessions, login, idOf } = shop()
    const browser = await login('ann')
    await request(sessions, browser, (session) => session.regenerate())
    expect((await sessions.list('ann')).map(({ id }) => id)).toEqual([await idOf(browser)])
  })

  it('are never those of somebody else, whatever is in the store', async () => {
    const { sessions, store, login } = shop()
    await login('ann')
    const sets: string[] = []
    const add = store.index.add
    store.index.add = (set, member, ...rest) => {
      sets.push(set)
      return add(set, member, ...rest)
    }
    await login('bob')
    const [ofBob = ''] = sets
    await request(sessions, new Browser(), (session) => session.signIn('ann'))
    const ofAnn = sets.at(-1) ?? ''
    for (const member of await store.index.members(ofAnn)) await add(ofBob, member, 2 ** 40)
    await add(ofBob, 'no entry of ours', 2 ** 40)
    expect(await sessions.list('bob')).toHaveLength(1)
    expect(await sessions.list('ann')).toHaveLength(2)
  })

  it('stay listed when the secret changes, and when the old one is dropped after they were used', async () => {
    const before = shop({ secret: OTHER_SECRET })
    const browser = await before.login('ann')
    const { store } = before
    const during = testSessions({ store, secret: [SECRET, OTHER_SECRET], now: before.clock.now }).sessions
    expect(await during.list('ann')).toHaveLength(1)
    await request(during, browser, (session) => void (session.data['n'] = 1))
    expect(await during.list('ann')).toHaveLength(1)
    const after = testSessions({ store, now: before.clock.now }).sessions
    expect(await after.list('ann')).toHaveLength(1)
    expect(await during.revoke('ann')).toBe(1)
    expect(await after.list('ann')).toEqual([])
    expect(await request(after, browser, (session) => session.present)).toBe(false)
  })
})

describe('R10: a revoke', () => {
  it('ends all sessions of the subject and nobody else’s', async () => {
    const { sessions, login, subjectOf } = shop()
    const [phone, laptop, other] = [await login('ann'), await login('ann'), await login('bob')]
    expect(await sessions.revoke('ann')).toBe(2)
    expect([await subjectOf(phone), await subjectOf(laptop), await subjectOf(other)]).toEqual([
      undefined,
      undefined,
      'bob',
    ])
    expect(await sessions.list('ann')).toEqual([])
    expect(await sessions.revoke('ann')).toBe(0)
  })

  it('may leave the one that asks for it', async () => {
    const { sessions, login, subjectOf, idOf } = shop()
    const [phone, laptop] = [await login('ann'), await login('ann')]
    expect(await sessions.revoke('ann', { except: await idOf(laptop) })).toBe(1)
    expect([await subjectOf(phone), await subjectOf(laptop)]).toEqual([undefined, 'ann'])
    expect(await sessions.list('ann')).toHaveLength(1)
  })

  it('ends what a request still holds', async () => {
    const { sessions, login } = shop()
    const browser = await login('ann')
    const slow = await sessions.open({ jar: browser.request() })
    await sessions.revoke('ann')
    slow.data['n'] = 1
    await expect(slow.save()).rejects.toThrow(SessionGoneError)
    await expect(slow.regenerate()).rejects.toThrow(SessionGoneError)
  })

  it('makes a login fail that is half done', async () => {
    const { sessions, store } = shop()
    let isHalfDone: () => void = () => undefined
    const half = new Promise<void>((resolve) => {
      isHalfDone = resolve
    })
    let goOn: () => void = () => undefined
    const write = store.write
    store.write = async (...call) => {
      if (call[3] === 'absent') {
        store.write = write
        isHalfDone()
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
      }
      return write(...call)
    }
    const slow = testSessions({ store: { ...store, limits: { operation: 60_000 } } })
    const browser = new Browser()
    const login = request(slow.sessions, browser, (session) => session.signIn('ann'))
    await half
    expect(await sessions.revoke('ann')).toBe(0)
    goOn()
    await expect(login).rejects.toThrow(SessionGoneError)
    expect(await sessions.list('ann')).toEqual([])
  })

  it('ends the successor that an older id leads to', async () => {
    const { sessions, login, subjectOf, store } = shop()
    const browser = await login('ann')
    const remove = store.index.remove
    // The old id stays listed, and the new one is lost from the list: a crash and an eviction.
    store.index.remove = async () => undefined
    const add = store.index.add
    store.index.add = async () => undefined
    await request(sessions, browser, (session) => session.regenerate())
    Object.assign(store.index, { remove, add })
    await sessions.revoke('ann')
    expect(await subjectOf(browser)).toBeUndefined()
  })
})

describe('a revoke that meets a fault', () => {
  /** Ann's login stops before its record is written; then her sessions are revoked on a store where one write fails. */
  async function halfDone(fault: () => Error) {
    const store = memoryStore({ name: `subjects-${stores++}` })
    const [reached, gate] = [new EventTarget(), new EventTarget()]
    const untilOpen = (target: EventTarget) =>
      new Promise<void>((resolve) => target.addEventListener('open', () => resolve()))
    const open = (target: EventTarget) => void target.dispatchEvent(new Event('open'))
    let isHalfDone = false
    let isFaulty = false
    const { sessions } = testSessions({
      now: Date.now,
      store: {
        ...store,
        limits: { operation: 60_000 },
        write: async (...call) => {
          if (!isHalfDone) {
            isHalfDone = true
            open(reached)
            await untilOpen(gate)
          } else if (isFaulty) {
            isFaulty = false
            throw fault()
          }
          return store.write(...call)
        },
      },
    })
    const login = request(sessions, new Browser(), (session) => session.signIn('ann')).then(
      () => 'signed in',
      (error: { code: string }) => error.code,
    )
    await untilOpen(reached)
    isFaulty = true
    const revoke = await sessions.revoke('ann').then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
    open(gate)
    return { revoke, login: await login }
  }

  it('tries once more, so that a login that is half done fails all the same', async () => {
    const ended = await halfDone(() => new Error('connection reset'))
    expect(ended).toEqual({ revoke: 'done', login: 'session_gone' })
  })

  it('says so when the store is full, because it could not keep the login from succeeding', async () => {
    const ended = await halfDone(() => new StoreRefusedError('out of memory'))
    expect(ended).toEqual({ revoke: 'session_unavailable', login: 'signed in' })
  })

  it('does not end the session to keep by way of an older id that is still listed', async () => {
    const { sessions, login, subjectOf, store } = shop()
    const browser = await login('ann')
    const remove = store.index.remove
    store.index.remove = async () => Promise.reject(new Error('connection reset'))
    await request(sessions, browser, (session) => session.regenerate())
    store.index.remove = remove
    expect(await request(sessions, browser, ({ id }) => sessions.revoke('ann', { except: id }))).toBe(0)
    expect(await subjectOf(browser)).toBe('ann')
    expect(await sessions.revoke('ann')).toBe(1)
  })
})

describe('lists and revokes are refused', () => {
  it('without a store', async () => {
    const { sessions } = testSessions()
    await expect(sessions.list('ann')).rejects.toThrow(SessionUnsupportedError)
    await expect(sessions.revoke('ann')).rejects.toThrow(SessionUnsupportedError)
  })

  it('for a store without an index', async () => {
    const { index: _, ...store }: SessionStore = memoryStore({ name: 'indexless' })
    const { sessions } = testSessions({ store })
    await expect(sessions.list('ann')).rejects.toThrow(SessionUnsupportedError)
    await expect(sessions.revoke('ann')).rejects.toThrow(SessionUnsupportedError)
  })

  it('for nobody', async () => {
    const { sessions } = shop()
    await expect(sessions.list('')).rejects.toThrow(TypeError)
    await expect(sessions.revoke('')).rejects.toThrow(TypeError)
  })
})

test('who signs in over another subject gets nothing of what is saved there at the same time', async () => {
  const { sessions, login } = shop()
  const browser = await login('ann')
  const jar = browser.request()
  const session = await sessions.open({ jar })
  await request(sessions, browser, ({ data }) => void (data['role'] = 'admin'))
  await session.signIn('bob')
  browser.receive(jar)
  expect(await request(sessions, browser, ({ subject, data }) => [subject, data])).toEqual(['bob', {}])
})

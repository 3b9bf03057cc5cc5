import { afterEach, describe, expect, it, vi } from 'vitest'
import { type LockOptions, type MemoryStore, memoryStore, type SessionStore } from '../../index.ts'
import type { Session } from '../contracts/session.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { SessionConfigError, SessionLockLostError, SessionLockTimeoutError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { Clock, type Data, request, testSessions } from '../test-support/sessions.ts'
import { Hold } from './locking.ts'

let stores = 0
const opened: MemoryStore[] = []

interface Shop {
  readonly sessions: Sessions<Data>
  readonly browser: Browser
  /** Of the store: what leases go by. */
  readonly clock: Clock
}

/** A session `{ n: 0 }` in a browser, and sessions with a lock. */
async function shop(lock: LockOptions | true = true): Promise<Shop> {
  const clock = new Clock()
  const store = memoryStore({ name: `locking-${stores++}`, now: clock.now })
  opened.push(store)
  const { sessions } = testSessions({ store, lock, now: clock.now })
  const browser = new Browser()
  await request(sessions, browser, (session) => void (session.data['n'] = 0))
  return { sessions, browser, clock }
}

const start = ({ sessions, browser }: Shop): Promise<Session<Data>> => sessions.start({ jar: browser.request() })
const soon: LockOptions = { wait: 0 }

afterEach(async () => {
  vi.useRealTimers()
  for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
})

describe('with a lock', () => {
  it('requests that act on what they read run one after the other', async () => {
    const { sessions, browser } = await shop({ wait: 60 })
    const buy = async (): Promise<void> => {
      const session = await sessions.start({ jar: browser.request() })
      const n = Number(session.data['n'])
      await new Promise((resolve) => setTimeout(resolve, 1))
      session.data['n'] = n + 1
      await sessions.settle(session)
    }
    await Promise.all(Array.from({ length: 20 }, buy))
    expect(await request(sessions, browser, (session) => session.data['n'])).toBe(20)
  })

  it('a request that waited finds what the one before it saved', async () => {
    const at = await shop()
    const first = await start(at)
    const second = start(at)
    first.data['n'] = 1
    await first.save()
    expect((await second).data).toEqual({ n: 1 })
    await (await second).close()
  })

  it.each([
    ['save', (session: Session<Data>) => session.save()],
    ['close', (session: Session<Data>) => session.close()],
    ['destroy', (session: Session<Data>) => session.destroy()],
    ['disposal', (session: Session<Data>) => session[Symbol.asyncDispose]()],
  ])('the lock is free after %s', async (_, end) => {
    const at = await shop(soon)
    await end(await start(at))
    await (await start(at)).close()
  })

  it('the lock is free after a request, however it ended', async () => {
    const at = await shop(soon)
    for (const status of [200, 500]) await at.sessions.settle(await start(at), { status })
    const session = await start(at)
    session.data['n'] = 1n
    await expect(at.sessions.settle(session)).rejects.toThrow()
    await (await start(at)).close()
  })

  it('who waits too long is told so, and the session is as it was', async () => {
    const at = await shop(soon)
    const holder = await start(at)
    const error = await start(at).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(SessionLockTimeoutError)
    expect(error).toMatchObject({ code: 'session_lock_timeout', status: 503 })
    holder.data['n'] = 7
    await holder.save()
    expect((await at.sessions.open({ jar: at.browser.request() })).data).toEqual({ n: 7 })
  })

  it('who only opens or reads does not wait', async () => {
    const at = await shop(soon)
    const holder = await start(at)
    expect((await at.sessions.open({ jar: at.browser.request() })).data).toEqual({ n: 0 })
    expect((await at.sessions.read({ jar: at.browser.request() })).data).toEqual({ n: 0 })
    await holder.close()
  })

  it('a visitor without a session takes none', async () => {
    const { sessions } = await shop(soon)
    const [one, two] = await Promise.all([1, 2].map(() => sessions.start({ jar: new Browser().request() })))
    one!.data['n'] = 1
    await one!.save()
    await two!.close()
  })

  it('who gives up waiting stops waiting', async () => {
    const at = await shop()
    const holder = await start(at)
    const controller = new AbortController()
    const waiting = at.sessions.start({ jar: at.browser.request(), signal: controller.signal })
    controller.abort('the client went away')
    await expect(waiting).rejects.toBe('the client went away')
    await holder.close()
  })

  it('F13: a holder that slept past its lease cannot write over who came after it', async () => {
    const at = await shop({ lease: 2 })
    const asleep = await start(at)
    at.clock.advance(3)
    const next = await start(at)
    asleep.data['n'] = 'stale'
    await expect(asleep.save()).rejects.toThrow(SessionLockLostError)
    next.data['n'] = 1
    await next.save()
    await asleep.close()
    expect((await at.sessions.open({ jar: at.browser.request() })).data).toEqual({ n: 1 })
  })

  it('a holder that slept past its lease may write when nobody came after it', async () => {
    const at = await shop({ lease: 2 })
    const asleep = await start(at)
    at.clock.advance(3)
    asleep.data['n'] = 1
    await asleep.save()
    expect((await at.sessions.open({ jar: at.browser.request() })).data).toEqual({ n: 1 })
  })

  it('a write without the lock that meets another one is refused, and never merged', async () => {
    const at = await shop()
    const [one, two] = await Promise.all([1, 2].map(() => at.sessions.open({ jar: at.browser.request() })))
    one!.data['a'] = 1
    await one!.save()
    two!.data['b'] = 1
    await expect(two!.save()).rejects.toThrow(SessionLockLostError)
  })

  it('a session that gets another id takes its lock along', async () => {
    const at = await shop({ wait: 1 })
    const holder = await start(at)
    await holder.regenerate()
    const waiting = start(at)
    holder.data['n'] = 1
    await holder.save()
    const next = await waiting
    expect(next).toMatchObject({ id: holder.id, data: { n: 1 } })
    await next.close()
  })

  it('a touch neither waits for the lock nor breaks it', async () => {
    const at = await shop({ wait: 1, lease: 3600 })
    const reader = await at.sessions.open({ jar: at.browser.request() })
    const holder = await start(at)
    at.clock.advance(120)
    await at.sessions.settle(reader)
    holder.data['n'] = 1
    await holder.save()
    at.clock.advance(120)
    const next = await at.sessions.open({ jar: at.browser.request() })
    const { idle } = next.expires
    await next.touch()
    expect(next.expires.idle).not.toEqual(idle)
    next.data['n'] = 2
    await next.save()
    expect((await at.sessions.open({ jar: at.browser.request() })).data).toEqual({ n: 2 })
  })

  it('a touch hides nothing of what others saved', async () => {
    const at = await shop()
    const slow = await at.sessions.open({ jar: at.browser.request() })
    const quick = await start(at)
    quick.data['n'] = 1
    await quick.save()
    await slow.touch()
    slow.data['n'] = 2
    await expect(slow.save()).rejects.toThrow(SessionLockLostError)
  })

  it('a request that is no use of the session leaves its times alone', async () => {
    const at = await shop()
    const idle = async () => (await at.sessions.read({ jar: at.browser.request() })).expires.idle
    const before = await idle()
    at.clock.advance(600)
    const prefetch = await at.sessions.start({ jar: at.browser.request() }, { touch: false })
    await at.sessions.settle(prefetch, { touch: false })
    expect(await idle()).toEqual(before)
  })

  it('a touch of a session that got another id shows that id', async () => {
    const at = await shop(soon)
    const reader = await at.sessions.open({ jar: at.browser.request() })
    const holder = await start(at)
    await holder.regenerate()
    await holder.close()
    await reader.touch()
    expect(reader.id).toBe(holder.id)
  })

  it('a request that ends while its session gets another id leaves no lock behind', async () => {
    const at = await shop(soon)
    const jar = at.browser.request()
    const session = await at.sessions.start({ jar })
    const regenerated = session.regenerate()
    await Promise.resolve()
    await at.sessions.settle(session, { status: 500 })
    await regenerated
    at.browser.receive(jar)
    await (await start(at)).close()
  })

  it('a rotation that fails keeps the lock of who waited for it', async () => {
    const at = await shop({ wait: 1 })
    const first = await start(at)
    const waiting = start(at)
    first.data['n'] = 1
    await first.save()
    const second = await waiting
    const error = new Error('the store is down')
    const { extendTo } = Hold.prototype
    vi.spyOn(Hold.prototype, 'extendTo').mockImplementationOnce(async function (this: Hold, id) {
      await extendTo.call(this, id)
      throw error
    })
    await expect(second.regenerate()).rejects.toBe(error)
    await expect(at.sessions.start({ jar: at.browser.request() })).rejects.toThrow(SessionLockTimeoutError)
    await second.close()
  })

  it('who waited while somebody signed in finds no session', async () => {
    const at = await shop()
    const holder = await start(at)
    const waiting = start(at)
    await holder.signIn('ann')
    await holder.close()
    expect(await waiting).toMatchObject({ present: false, refusal: 'destroyed', data: {} })
  })
})

describe('the lease', () => {
  it('is renewed as long as the request runs, and not longer than a request may hold it', async () => {
    const at = await shop({ wait: 0, lease: 3, hold: 10 })
    const { lock } = opened.at(-1)!
    let renewals = 0
    const { renew } = lock
    lock.renew = async (...lease) => {
      const isHeld = await renew(...lease)
      renewals++
      return isHeld
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
    const holder = await start(at)
    for (let second = 1; second <= 10; second++) {
      at.clock.advance(1)
      vi.advanceTimersByTime(1000)
      while (renewals < second) await new Promise((resolve) => setImmediate(resolve))
    }
    await expect(start(at)).rejects.toThrow(SessionLockTimeoutError)
    at.clock.advance(4)
    vi.advanceTimersByTime(4000)
    await (await start(at)).close()
    expect(renewals).toBe(10)
    await holder.close()
  })
})

describe('a lock cannot be had', () => {
  it('in a cookie', () => {
    expect(() => testSessions({ lock: true })).toThrow(
      new SessionConfigError('`lock` needs a store with a lock, and the cookie has none.'),
    )
  })

  it('from a store without one', () => {
    const { lock: _, ...store }: SessionStore = memoryStore({ name: 'lockless' })
    expect(() => testSessions({ lock: true, store })).toThrow('the memory store has none')
  })

  it.each([
    [{ wait: -1 }, '`lock.wait` is -1'],
    [{ waitt: 1 }, '`lock.waitt` is not an option. Did you mean `lock.wait`?'],
    [{ lease: 0 }, '`lock.lease` is 0'],
    [{ hold: 1.5 }, '`lock.hold` is 1.5'],
    [{ longestStep: 0 }, '`lock.longestStep` is 0'],
    [{ stepRatio: 0.5 }, '`lock.stepRatio` is 0.5'],
    ['yes', '`lock` is "yes"'],
  ])('with %j', (lock, message) => {
    const options = { lock: lock as LockOptions, store: memoryStore({ name: 'lockless' }) }
    expect(() => testSessions(options)).toThrow(message)
  })
})

import { SessionGoneError, SessionUnavailableError } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import {
  FACTS,
  interrupted,
  newBrowser,
  newStore,
  only,
  START,
  type StoreStep,
  v4Sessions,
} from '../test-support/v4-sessions.ts'

type Browser = ReturnType<typeof newBrowser>
type Sessions = ReturnType<typeof v4Sessions>
type Handler = NonNullable<Parameters<Sessions['request']>[1]>

const ALICE = 'alice'
const clock = fakeClock(START * 1000)
const put: Handler = (session) => Object.assign(session.data, { n: 2 })

/** What a request does, and whether what it leaves is under an old id for a while. */
const REQUESTS: Readonly<Record<string, Handler>> = {
  'a save': put,
  'a sign-in': (session) => session.signIn(ALICE, { remember: true }),
  'a regeneration': (session) => session.regenerate(),
}

/** One request, before whose nth step something else happens. */
async function interruptedAt(
  nth: number,
  handler: Handler,
  other: (all: Sessions, jar: Browser) => Promise<unknown>,
  format = { storeMetadata: true },
) {
  const store = newStore(clock)
  const plain = v4Sessions(format, { clock, store })
  const jar = await plain.request(newBrowser(), (session) => session.signIn(ALICE, { remember: true }))
  let steps = 0
  let met: StoreStep | undefined
  const slow = v4Sessions(format, {
    clock,
    store: interrupted(store, async (step, at) => {
      steps = at + 1
      if (at !== nth) return
      met = step
      await other(plain, jar)
    }),
  })
  const after = await slow.request(jar, handler).catch((error: unknown) => error as Error)
  return { plain, jar, after, reached: steps > nth, step: met }
}

const isPresent = async ({ sessions }: Sessions, jar: Browser): Promise<boolean> =>
  (await sessions.read({ jar, facts: FACTS })).present

describe.each(Object.entries(REQUESTS))('%s', (_, handler) => {
  test('that meets a revocation, at any of its steps, leaves nothing of the session', async () => {
    let gone = 0
    let missed = 0
    for (let nth = 0; ; nth++) {
      const revoke = (all: Sessions) => all.sessions.revoke(ALICE)
      const { plain, jar, after, reached, step } = await interruptedAt(nth, handler, revoke)
      if (!reached) break
      const isOldPresent = await isPresent(plain, jar)
      missed += isOldPresent ? 1 : 0
      if (isOldPresent) expect(step, `step ${nth}`).toBe('add')
      if (after instanceof Error) {
        // A save that never began says nothing of it.
        expect(after).toBeInstanceOf(SessionGoneError)
        gone++
      } else if (nth > 0) expect(await isPresent(plain, after), `new, step ${nth}`).toBe(false)
    }
    expect(gone).toBeGreaterThan(2)
    // Between the two steps of the index for each kind of cookie.
    expect(missed).toBeLessThan(3)
  })

  test('that meets a logout before its record stands saves nothing', async () => {
    const logout = (all: Sessions, jar: Browser) => all.request(jar, (session) => session.destroy())
    const outcomes: string[] = []
    for (let nth = 1; ; nth++) {
      const { plain, after, reached } = await interruptedAt(nth, handler, logout)
      if (!reached) break
      if (after instanceof Error) expect(after).toBeInstanceOf(SessionGoneError)
      outcomes.push(after instanceof Error ? 'gone' : (await isPresent(plain, after)) ? 'stands' : 'ended')
    }
    // Up to the step that ends the old record, which is where the save has happened.
    expect(outcomes.join(' ')).toMatch(/^(gone ){4,}(ended |stands )*(ended|stands)$/)
  })

  test('that meets a logout at any of its steps saves nothing, where there is no index to keep', async () => {
    const logout = (all: Sessions, jar: Browser) => all.request(jar, (session) => session.destroy())
    let nth = 1
    for (; ; nth++) {
      const { after, reached } = await interruptedAt(nth, handler, logout, { storeMetadata: false })
      if (!reached) break
      expect(after, `step ${nth}`).toBeInstanceOf(SessionGoneError)
    }
    expect(nth).toBeGreaterThan(4)
  })
})

describe.each<readonly [string, (all: Sessions, jar: Browser) => Promise<unknown>, Handler]>([
  ['a logout', ({ request }, jar) => request(jar, (session) => session.destroy()), () => undefined],
  ['a revocation', ({ sessions }) => sessions.revoke(ALICE), () => undefined],
  ['a revocation, of a session that is saved,', ({ sessions }) => sessions.revoke(ALICE), put],
  [
    'a sign-in of somebody else',
    ({ request }, jar) => request(jar, (session) => session.signIn('bob')),
    () => undefined,
  ],
])('%s', (_, act, handler) => {
  test('is not undone by a request that comes between two of its steps', async () => {
    let steps = 0
    for (let nth = 0; nth <= steps; nth++) {
      const store = newStore(clock)
      const plain = v4Sessions({ storeMetadata: true }, { clock, store })
      const jar = await plain.request(newBrowser(), (session) => session.signIn(ALICE, { remember: true }))
      const browsers = [jar]
      const between = interrupted(store, async (_, at) => {
        steps = Math.max(steps, at)
        if (at !== nth) return
        const after = await plain.request(jar, handler).catch((error: unknown) => error as Error)
        if (after instanceof Error) expect(after).toBeInstanceOf(SessionGoneError)
        else browsers.push(after)
      })
      await act(v4Sessions({ storeMetadata: true }, { clock, store: between }), jar)
      for (const { header } of browsers.flatMap((one) => [one, only('remember', one)]))
        expect(
          (await plain.sessions.read({ jar: newBrowser(header()), facts: FACTS })).subject,
          `step ${nth}`,
        ).not.toBe(ALICE)
    }
    expect(steps).toBeGreaterThan(3)
  })
})

test('parallel saves: the last response counts, and none fails', async () => {
  const { request, sessions } = v4Sessions({}, { clock, store: newStore(clock) })
  const jar = await request(newBrowser(), put)
  const jars = await Promise.all([1, 2, 3].map((n) => request(jar, (session) => Object.assign(session.data, { n }))))
  for (const [at, after] of jars.entries())
    expect((await sessions.read({ jar: after, facts: FACTS })).data).toEqual({ n: at + 1 })
})

describe('a fault of the store', () => {
  class Fault extends Error {}

  /** The outcome of one request with a fault at its nth step; `isDone`: the step happened, and nobody was told. */
  async function faultAt(nth: number, isDone: boolean, handler: Handler) {
    const store = newStore(clock)
    const plain = v4Sessions({ storeMetadata: true }, { clock, store })
    const jar = await plain.request(newBrowser(), async (session) => {
      session.data['n'] = 1
      await session.signIn(ALICE, { remember: true })
    })
    let hit: StoreStep | undefined
    const fault = (step: StoreStep, at: number): void => {
      if (at !== nth) return
      hit = step
      throw new Fault()
    }
    const nothing = () => undefined
    const broken = interrupted(store, isDone ? nothing : fault, isDone ? fault : nothing)
    const { request } = v4Sessions({ storeMetadata: true }, { clock, store: broken })
    const after = await request(jar, handler).catch((error: unknown) => error as Error)
    return { plain, jar, after, hit }
  }

  test.each([
    ['that happened before the step', false],
    ['after which nobody knows', true],
  ])('%s is never taken for a session that is not there', async (_, isDone) => {
    for (const [name, handler] of Object.entries(REQUESTS))
      for (let nth = 0; ; nth++) {
        const { plain, jar, after, hit } = await faultAt(nth, isDone, handler)
        if (hit === undefined) break
        if (after instanceof Error) {
          expect(after, `step ${nth}`).toBeInstanceOf(SessionUnavailableError)
          const old = await plain.sessions.read({ jar, facts: FACTS })
          // A sign-in ends what was before, and here that is all that it did.
          const isEnded = isDone && hit === 'write' && name === 'a sign-in' && !old.present
          if (!isEnded) expect(old, `${name}, step ${nth}`).toMatchObject({ present: true, data: { n: 1 } })
        } else expect(await isPresent(plain, after)).toBe(true)
      }
  })

  test('in a logout is thrown, and the logout can be tried again', async () => {
    for (let nth = 0; ; nth++) {
      const { plain, jar, after, hit } = await faultAt(nth, false, (session) => session.destroy())
      if (hit === undefined) break
      if (hit === 'delete') expect(after).toBeInstanceOf(SessionUnavailableError)
      const { sessions } = plain
      const own = jar.next()
      await sessions.destroy({ jar: own, facts: FACTS })
      expect(own.header()).toBe('')
      expect((await sessions.read({ jar, facts: FACTS })).present).toBe(false)
    }
  })
})

import { type Session, SessionConflictError, SessionGoneError } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import { type Data, FACTS, newBrowser, ownMemory, v3Sessions } from '../test-support/v3-sessions.ts'
import { interrupted } from '../test-support/v4-sessions.ts'

type Sessions = ReturnType<typeof v3Sessions>
type Browser = ReturnType<typeof newBrowser>
type Handler = (session: Session<Data>) => unknown

/** Where there is a session: after a regeneration, the old cookie finds none, as upstream. */
const put: Handler = (session) => session.present && Object.assign(session.data, { n: 2 })
const regenerate: Handler = (session) => session.regenerate()
const destroy: Handler = (session) => session.destroy()

/** What a request does that is due for renewal, which comes before it. */
const REQUESTS: Readonly<Record<string, Handler>> = {
  'a save': put,
  'a renewal': () => undefined,
  'a regeneration': regenerate,
}

/** One request of a browser, before whose nth step something else happens with the same cookie. */
async function interruptedAt(nth: number, handler: Handler, other: (all: Sessions, jar: Browser) => Promise<unknown>) {
  const clock = fakeClock(1_800_000_000_000)
  const store = ownMemory(clock)
  const plain = v3Sessions({}, { store }, clock)
  const jar = await plain.request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
  clock.advance(3100)
  let steps = 0
  const slow = v3Sessions(
    {},
    {
      store: interrupted(store, async (_, at) => {
        steps = at + 1
        if (at === nth) await other(plain, jar)
      }),
    },
    clock,
  )
  const after = await slow.request(jar, handler).catch((error: unknown) => error as Error)
  const read = (from: Browser) => plain.sessions.read({ jar: from, facts: FACTS })
  return { plain, jar, after, read, reached: steps > nth }
}

describe.each(Object.entries(REQUESTS))('the default strategy, and %s', (_, handler) => {
  test('that meets a request with the same cookie, at any of its steps, hides no session from it', async () => {
    for (let nth = 0; ; nth++) {
      let found: unknown
      const look = async ({ sessions }: Sessions, jar: Browser) => {
        const { present, data } = await sessions.read({ jar, facts: FACTS })
        found = { present, data }
      }
      const { jar, reached, read } = await interruptedAt(nth, handler, look)
      // Who finds none begins another one, whose cookie replaces the good one.
      if (handler !== regenerate) expect((await read(jar)).data, `step ${nth}`).toEqual({ n: 1 })
      if (!reached) break
      if (handler !== regenerate || nth === 0) expect(found, `step ${nth}`).toEqual({ present: true, data: { n: 1 } })
    }
  })

  test('that meets a save, at any of its steps, leaves one session', async () => {
    for (let nth = 0; ; nth++) {
      let other: Browser | undefined
      const { jar, after, read, reached } = await interruptedAt(nth, handler, async ({ request }, jar) => {
        other = await request(jar, put).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SessionConflictError)
          return undefined
        })
      })
      if (!reached) break
      if (after instanceof Error) expect(after).toBeInstanceOf(SessionConflictError)
      const changed = [other, after].filter(
        (one): one is Browser => !!one && !(one instanceof Error) && one.header() !== jar.header(),
      )
      const found = await Promise.all(changed.map(read))
      expect(found.length, `step ${nth}`).toBeGreaterThan(0)
      const present = found.filter((one) => one.present)
      expect(new Set(present.map(({ id }) => id)).size, `step ${nth}`).toBe(1)
    }
  })

  test('that meets a logout, at any of its steps, leaves none', async () => {
    for (let nth = 0; ; nth++) {
      const { jar, after, read, reached } = await interruptedAt(nth, handler, ({ request }, jar) =>
        request(jar, destroy),
      )
      if (!reached) break
      expect((await read(jar)).present, `step ${nth}`).toBe(false)
      if (after instanceof Error) expect(after).toBeInstanceOf(SessionGoneError)
      // Before its first step it knows of no session, and begins another one.
      else if (nth > 0) expect((await read(after)).present, `step ${nth}`).toBe(false)
    }
  })
})

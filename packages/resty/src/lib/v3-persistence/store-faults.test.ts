import { type SessionStore, SessionUnavailableError } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import { FACTS, newBrowser, ownMemory, v3Sessions } from '../test-support/v3-sessions.ts'

type Strategy = 'default' | 'regenerate'
type Step = 'read' | 'write' | 'delete'
/** `after`: it has happened, and nobody was told. */
type Fault = 'before' | 'after' | undefined

function failing(store: SessionStore, faultOf: (step: Step) => Fault): SessionStore {
  const take = async <T>(step: Step, work: () => Promise<T>): Promise<T> => {
    const fault = faultOf(step)
    if (fault === 'before') throw new Error(`no ${step}`)
    const result = await work()
    if (fault === 'after') throw new Error(`nobody knows of this ${step}`)
    return result
  }
  return {
    ...store,
    read: (...args) => take('read', () => store.read(...args)),
    write: (...args) => take('write', () => store.write(...args)),
    delete: (...args) => take('delete', () => store.delete(...args)),
  }
}

/** A browser with a session, and a request of it that has changed data and not saved yet. */
async function scene(strategy: Strategy) {
  const clock = fakeClock(1_800_000_000_000)
  let faultOf: (step: Step) => Fault = () => undefined
  const store = failing(ownMemory(clock), (step) => faultOf(step))
  const { request, sessions } = v3Sessions({}, { strategy, store }, clock)
  const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
  const own = jar.next()
  const session = await sessions.start({ jar: own, facts: FACTS })
  session.data['n'] = 2
  return {
    clock,
    jar,
    own,
    session,
    read: async (from = jar) => {
      const { refusal, data } = await sessions.read({ jar: from, facts: FACTS })
      return refusal ?? data
    },
    breakAt: (fault: typeof faultOf) => {
      faultOf = fault
    },
    mend: () => {
      faultOf = () => undefined
    },
  }
}

describe.each<Strategy>(['default', 'regenerate'])('a store that fails, with the %s strategy,', (strategy) => {
  test('is never a session that is not there', async () => {
    const { breakAt, read, session } = await scene(strategy)
    breakAt((step) => (step === 'read' ? 'before' : undefined))
    await expect(read()).rejects.toThrow(SessionUnavailableError)
    breakAt((step) => (step === 'delete' ? 'before' : undefined))
    await expect(session.destroy()).rejects.toThrow(SessionUnavailableError)
  })

  test.each(['before', 'after'] as const)(
    'at any write of a save, %s it has happened, ends no session',
    async (fault) => {
      let isReached = true
      for (let nth = 0; isReached; nth++) {
        const { breakAt, mend, session, own, jar, read, clock } = await scene(strategy)
        let writes = 0
        breakAt((step) => (step === 'write' && writes++ === nth ? fault : undefined))
        const outcome = await session.save().catch((error: unknown) => error)
        isReached = writes > nth
        mend()
        clock.advance(60)
        if (outcome === undefined) expect(await read(own.next()), `write ${nth}`).toEqual({ n: 2 })
        else {
          expect(outcome).toBeInstanceOf(SessionUnavailableError)
          expect(own.setCookies).toEqual([])
          expect(await read(jar), `write ${nth}`).toEqual({ n: 1 })
        }
      }
    },
  )

  test.each(['before', 'after'] as const)(
    'at any step of a rotation, %s it has happened, is over at once',
    async (fault) => {
      let isReached = true
      for (let nth = 0; isReached; nth++) {
        const { breakAt, mend, session, own, read } = await scene(strategy)
        let steps = 0
        breakAt((step) => (step !== 'delete' && steps++ === nth ? fault : undefined))
        const outcome = await session.regenerate().catch((error: unknown) => error)
        isReached = steps > nth
        mend()
        if (outcome !== undefined) await session.regenerate()
        expect(await read(own.next()), `step ${nth}`).toEqual({ n: 2 })
      }
    },
  )
})

test('a write of which nobody knows, in a store that cannot be asked either, is an error and sets no cookie', async () => {
  const { breakAt, session, own } = await scene('default')
  breakAt((step) => (step === 'write' ? 'after' : 'before'))
  await expect(session.save()).rejects.toThrow(SessionUnavailableError)
  expect(own.setCookies).toEqual([])
})

import { memoryStore, type RotationFacts, type Strategy } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { testCookieJar } from '../cookie-jar.ts'
import { sessionsWith } from './keeps-sessions.ts'

export interface StrategySuiteOptions {
  readonly name: string
  readonly create: () => Strategy
}

const facts: readonly RotationFacts[] = (['save', 'regenerate'] as const).flatMap((verb) =>
  [0, 1, 59, 3600, 86_400].flatMap((age) => [true, false].map((handedOff) => ({ verb, age, handedOff }))),
)
let stores = 0

/** The conformance suite of strategies: call it in a vitest file. */
export function testStrategy({ name, create }: StrategySuiteOptions): void {
  const strategy = create()

  describe(`the ${name} strategy`, () => {
    test.each(facts)('answers keep or rotate to $verb after $age s, handed off: $handedOff', (asked) => {
      expect(['keep', 'rotate']).toContain(strategy(asked))
      expect(strategy(asked)).toBe(strategy({ ...asked }))
    })

    test('keeps the id of a request that was led to a successor, so that no lineage forks', () => {
      for (const asked of facts.filter(({ handedOff }) => handedOff)) expect(strategy(asked)).toBe('keep')
    })

    test('rotates when it is asked to', () => {
      expect(strategy({ verb: 'regenerate', age: 0, handedOff: false })).toBe('rotate')
    })

    test('keeps sessions, and a sign-in changes their id all the same', async () => {
      const store = memoryStore({ name: `strategy ${name} ${stores++}` })
      const sessions = sessionsWith({ strategy, store })
      let jar = testCookieJar()
      const ids: string[] = []
      for (const verb of ['save', 'regenerate', 'signIn'] as const) {
        const session = await sessions.open({ jar })
        session.data['verb'] = verb
        await (verb === 'signIn' ? session.signIn('ada') : session[verb]())
        ids.push(session.id)
        jar = jar.next()
        expect((await sessions.open({ jar })).data).toEqual({ verb })
      }
      expect(new Set(ids).size).toBe(3)
    })
  })
}

import { createSessions } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import {
  type Data,
  FACTS,
  newBrowser,
  OTHER_SECRET,
  ownMemory,
  SECRET,
  v3Sessions,
} from '../test-support/v3-sessions.ts'
import { restyV3 } from './resty-v3.ts'

describe.each(['cookies', 'a store'] as const)('a session of lua-resty-session 3.x in %s', (place) => {
  test('is taken over once, and its cookie goes', async () => {
    const clock = fakeClock(1_800_000_000_000)
    const oldStore = place === 'cookies' ? {} : { store: ownMemory(clock) }
    const old = v3Sessions({}, oldStore, clock)
    const jar = await old.request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    const native = createSessions<Data>({
      secret: OTHER_SECRET,
      store: ownMemory(clock),
      now: clock.now,
      adopt: [{ from: restyV3({ secret: SECRET }), name: 'session', until: '2100-01-01', ...oldStore }],
    })
    const own = jar.next()
    const session = await native.start({ jar: own, facts: FACTS })
    expect(session.data).toEqual({ n: 1 })
    await native.settle(session)
    expect(own.next().header()).toMatch(/^session=U[\w-]+$/)
    expect((await native.read({ jar: own.next(), facts: FACTS })).data).toEqual({ n: 1 })
  })
})

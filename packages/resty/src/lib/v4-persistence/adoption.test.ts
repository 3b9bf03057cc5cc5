import { createSessions } from '@sojourn/core'
import type { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import { type Data, FACTS, newBrowser, newStore, SECRET, STORAGES, v4SessionsIn } from '../test-support/v4-sessions.ts'
import { restyV4 } from './resty-v4.ts'

const NATIVE_SECRET = 'base64:1F3tNRbSLM4uDb0qpd1Cy0c4xPHZSaTxZbzWfKrR0lE='

describe.each(STORAGES)('a session of lua-resty-session 4.x %s', (storage) => {
  const native = (store: ReturnType<typeof newStore> | undefined, clock: ReturnType<typeof fakeClock>) =>
    createSessions<Data>({
      secret: NATIVE_SECRET,
      store: newStore(clock),
      now: clock.now,
      adopt: [
        {
          from: restyV4({ secret: SECRET, rememberSafety: 'Low' }),
          name: 'session',
          until: '2100-01-01',
          cookie: { secure: false },
          ...(store && { store }),
        },
      ],
    })

  test('is taken over with its subject, and its cookies go', async () => {
    const { request, store, clock } = v4SessionsIn(storage)
    const jar = await request(newBrowser(), async (session) => {
      session.data['n'] = 1
      await session.signIn('al', { remember: true })
    })
    clock.advance(100)
    const sessions = native(store, clock)
    const own = jar.next()
    const session = await sessions.start({ jar: own, facts: FACTS })
    expect(session).toMatchObject({ present: true, subject: 'al', data: { n: 1 } })
    await session.touch()
    await sessions.settle(session)
    expect(own.next().header()).toMatch(/^session=U[\w-]+$/)
    expect(await sessions.read({ jar: own.next(), facts: FACTS })).toMatchObject({ subject: 'al', remembered: false })
  })

  test('is not made fresh again when "remember me" has restored it', async () => {
    const { request, store, clock } = v4SessionsIn(storage)
    const jar = await request(newBrowser(), (session) => session.signIn('al', { remember: true }))
    clock.advance(1000)
    const restored = await request(jar)
    const sessions = native(store, clock)
    for (const old of [jar, restored])
      expect(await sessions.read({ jar: old, facts: FACTS })).toMatchObject({ present: false, refusal: 'expired-idle' })
  })
})

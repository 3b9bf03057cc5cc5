import { createSessions } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import {
  type Data,
  decodedCookie,
  FACTS,
  newBrowser,
  newStore,
  SECRET,
  START,
  STORAGES,
  v4SessionsIn,
} from '../test-support/v4-sessions.ts'
import { restyV3 } from '../v3-persistence/resty-v3.ts'
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

test('sessions of 3.x become those of 4.x', async () => {
  const clock = fakeClock(START * 1000)
  const old = createSessions<Data>({
    persistence: restyV3({ secret: SECRET }),
    cookie: { secure: false },
    now: clock.now,
  })
  const jar = newBrowser()
  const session = await old.start({ jar, facts: FACTS })
  session.data['n'] = 1
  await session.save()
  clock.advance(100)
  const sessions = createSessions<Data>({
    persistence: restyV4({ secret: SECRET }),
    name: 'session4',
    cookie: { secure: false },
    now: clock.now,
    adopt: [{ from: restyV3({ secret: SECRET }), name: 'session', until: '2100-01-01', cookie: { secure: false } }],
  })
  const own = jar.next()
  const adopted = await sessions.start({ jar: own, facts: FACTS })
  expect(adopted.data).toEqual({ n: 1 })
  await adopted.touch()
  await sessions.settle(adopted)
  const next = own.next()
  expect(next.header()).toMatch(/^session4=AQ[\w-]+$/)
  expect((await decodedCookie(next, 'session4')).entries.map(({ json }) => json)).toEqual(['[{"n":1},"default"]'])
})

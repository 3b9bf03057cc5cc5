import { afterAll, describe, expect, test } from 'vitest'
import { createSessions, memoryStore } from '../../index.ts'
import type { Session } from '../contracts/session.ts'
import { SessionGoneError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { everyOrder, Scheduler } from '../test-support/scheduler.ts'
import { Clock, type Data, SECRET } from '../test-support/sessions.ts'

let stores = 0
let orders = 0
const clock = new Clock()

interface Rival {
  readonly title: string
  /** Whether it works on the session that is there, or comes from a browser without one. */
  readonly hasSession: boolean
  readonly act: (session: Session<Data>) => Promise<void>
}

const rivals: readonly Rival[] = [
  { title: 'a login on another device', hasSession: false, act: (session) => session.signIn('ann') },
  { title: 'another login on the same device', hasSession: true, act: (session) => session.signIn('ann') },
  { title: 'a regenerate', hasSession: true, act: (session) => session.regenerate() },
  {
    title: 'a save',
    hasSession: true,
    act: (session) => {
      session.data['n'] = 1
      return session.save()
    },
  },
  { title: 'a touch', hasSession: true, act: (session) => session.touch() },
  { title: 'a destroy', hasSession: true, act: (session) => session.destroy() },
]

/** Ann is signed in; her sessions are revoked while a request of hers does something. */
async function run({ hasSession, act }: Rival, choose: (options: number) => number): Promise<void> {
  const store = memoryStore({ name: `revoke-${stores++}`, now: clock.now })
  const scheduler = new Scheduler()
  const sessionsFor = (actor?: number) =>
    createSessions<Data>({
      secret: SECRET,
      now: clock.now,
      store: actor === undefined ? store : scheduler.storeFor(store, actor, { withIndex: true }),
    })
  const observer = sessionsFor()
  const device = new Browser()
  const login = device.request()
  await (await observer.open({ jar: login })).signIn('ann')
  device.receive(login)

  const [revoker, rival] = [sessionsFor(0), sessionsFor(1)]
  const jar = (hasSession ? device : new Browser()).request()
  const before = await (hasSession ? observer : rival).open({ jar })
  const later = new Browser()
  for (const [name, value] of hasSession ? device.cookies : []) later.cookies.set(name, value)
  let isNewLogin = false
  let isGone = false

  await scheduler.run(
    [
      async () => void (await revoker.revoke('ann')),
      async () => {
        const session = hasSession ? await rival.open({ jar }) : before
        const wasSignedIn = session.subject === 'ann'
        try {
          await act(session)
          isNewLogin = session.subject === 'ann' && (!wasSignedIn || act === rivals[1]?.act)
        } catch (error) {
          if (!(error instanceof SessionGoneError)) throw error
          isGone = true
        }
        later.receive(jar)
      },
    ],
    choose,
  )

  expect((await observer.open({ jar: device.request() })).subject, 'the old cookie').toBeUndefined()
  const session = await observer.open({ jar: later.request() })
  if (!isNewLogin || isGone) expect(session.subject, 'what was there before the revoke').toBeUndefined()
  const listed = await observer.list('ann')
  expect(
    listed.map(({ id }) => id),
    'the list is what is live',
  ).toEqual(session.subject === 'ann' ? [session.id] : [])
  await store[Symbol.asyncDispose]()
}

describe('every interleaving of a revoke', () => {
  test.each(rivals)('with $title', async (rival) => {
    orders += await everyOrder((choose) => run(rival, choose))
  })

  afterAll(() => console.info(`${orders} interleavings, none of them bad`))
})

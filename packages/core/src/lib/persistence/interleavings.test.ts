import { afterAll, describe, expect, test } from 'vitest'
import { createSessions, memoryStore } from '../../index.ts'
import type { Session } from '../contracts/session.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { SessionError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { everyOrder, Scheduler, someOrders } from '../test-support/scheduler.ts'
import { Clock, type Data, SECRET } from '../test-support/sessions.ts'

const VERBS = ['save', 'touch', 'update', 'regenerate', 'signIn', 'destroy'] as const
type Verb = (typeof VERBS)[number]

/** What one handle did: the verb it tried, whether it found the session, and how it ended. */
interface Deed {
  readonly verb: Verb
  readonly wasPresent: boolean
  readonly outcome: 'ok' | 'session_gone'
  readonly browser: Browser
}

type Choose = (options: number) => number

let stores = 0
let orders = 0
const clock = new Clock()

/** One run: several processes hold the same cookie and each does one verb, their store steps in a chosen order. */
async function run(verbs: readonly Verb[], choose: Choose): Promise<void> {
  const store = memoryStore({ name: `interleavings-${stores++}`, now: clock.now })
  const observer = createSessions<Data>({ secret: SECRET, store, now: clock.now })
  const start = new Browser()
  const first = start.request()
  const created = await observer.open({ jar: first })
  created.data['n'] = 0
  await created.save()
  start.receive(first)

  const scheduler = new Scheduler()
  const deeds: Deed[] = []
  const jars = verbs.map(() => start.request())
  const processes: Sessions<Data>[] = verbs.map((_, index) =>
    createSessions<Data>({ secret: SECRET, store: scheduler.storeFor(store, index), now: clock.now }),
  )
  await scheduler.run(
    verbs.map((verb, index) => async () => {
      const session = await processes[index]!.open({ jar: jars[index]! })
      const wasPresent = session.present
      const outcome = await perform(session, verb, index)
      const browser = new Browser()
      for (const [name, value] of start.cookies) browser.cookies.set(name, value)
      browser.receive(jars[index]!)
      deeds[index] = { verb, wasPresent, outcome, browser }
    }),
    choose,
  )
  await check(deeds, observer, start)
  await store[Symbol.asyncDispose]?.()
}

async function perform(session: Session<Data>, verb: Verb, index: number): Promise<Deed['outcome']> {
  try {
    if (verb === 'save') {
      session.data[`key${index}`] = index
      await session.save()
    } else if (verb === 'update') await session.update((data) => void (data['n'] = Number(data['n'] ?? 0) + 1))
    else if (verb === 'signIn') await session.signIn(`user${index}`)
    else await session[verb]()
    return 'ok'
  } catch (error) {
    if (error instanceof SessionError && error.code === 'session_gone') return 'session_gone'
    throw error
  }
}

/** Nothing acknowledged is lost, nothing ended comes back, and there is one session, not two. */
async function check(deeds: readonly Deed[], observer: Sessions<Data>, start: Browser): Promise<void> {
  const found = await Promise.all(
    [start, ...deeds.map(({ browser }) => browser)].map((browser) => observer.open({ jar: browser.request() })),
  )
  const [, ...own] = found
  const did = (verb: Verb) => deeds.filter((deed) => deed.verb === verb && deed.outcome === 'ok' && deed.wasPresent)
  // A sign-in from a handle that already found the session ended is a login of its own, with nothing of the old one.
  const isNewLogin = (deed: Deed) => deed.verb === 'signIn' && !deed.wasPresent
  const live = new Map(
    found
      .filter((session, index) => session.present && !(index > 0 && isNewLogin(deeds[index - 1]!)))
      .map((session) => [session.id, session]),
  )
  const [session] = live.values()

  expect(live.size, 'sessions reachable').toBeLessThanOrEqual(1)
  expect(did('signIn').length, 'sign-ins that succeeded').toBeLessThanOrEqual(1)
  const ended = did('destroy').length > 0 && did('signIn').length === 0
  expect(live.size, 'sessions reachable').toBe(
    ended ? 0 : did('destroy').length > 0 ? live.size : did('signIn').length > 0 || found[0]?.present ? 1 : 0,
  )
  if (did('destroy').length === 0) {
    expect(session, 'the session').toBeDefined()
    deeds.forEach((deed, index) => {
      if (deed.verb === 'save' && deed.outcome === 'ok') expect(session?.data).toMatchObject({ [`key${index}`]: index })
    })
    expect(session?.data['n'], 'updates').toBe(did('update').length)
  }
  deeds.forEach((deed, index) => {
    if (did('signIn').includes(deed) && live.size > 0) expect(session?.subject).toBe(`user${index}`)
    const mayBeGone = deeds.some((other) => other !== deed && ['destroy', 'signIn'].includes(other.verb))
    if (deed.outcome === 'session_gone') expect(mayBeGone, `${deed.verb} may find the session gone`).toBe(true)
    const nobodyEndsIt = !deeds.some(({ verb }) => verb === 'destroy' || verb === 'signIn')
    if (nobodyEndsIt) expect(own[index]?.id, 'the cookie of each leads to the one session').toBe(session?.id)
  })
}

describe('every interleaving of the store steps', () => {
  const pairs = VERBS.flatMap((one, at) => VERBS.slice(at).map((two) => [one, two] as const))
  const triples = pairs.flatMap(([one, two]) =>
    VERBS.slice(VERBS.indexOf(two)).map((three) => [one, two, three] as const),
  )

  test.each(pairs)('of %s and %s', async (...verbs) => {
    orders += await everyOrder((choose) => run(verbs, choose))
  })

  // Three have up to millions of orders, so some are drawn: the same ones every time.
  test.each(triples)('of %s, %s and %s', { timeout: 600_000 }, async (...verbs) => {
    orders += await someOrders((choose) => run(verbs, choose), process.env['FULL'] ? 1500 : 40)
  })

  afterAll(() => console.info(`${orders} interleavings, none of them bad`))
})

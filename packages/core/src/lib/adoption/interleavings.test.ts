import { describe, expect, test } from 'vitest'
import { createSessions, memoryStore, type SessionOptions } from '../../index.ts'
import type { Session } from '../contracts/session.ts'
import { SessionError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { carrying, oldFormat, oldValue } from '../test-support/old-sessions.ts'
import { everyOrder, Scheduler, someOrders } from '../test-support/scheduler.ts'
import { Clock, type Data, SECRET } from '../test-support/sessions.ts'

const VERBS = ['save', 'touch', 'update', 'regenerate', 'signIn', 'destroy'] as const
type Verb = (typeof VERBS)[number]

interface Deed {
  readonly verb: Verb
  /** Also gone: the request came when the session had ended already. */
  readonly outcome: 'ok' | 'session_gone'
  readonly browser: Browser
}

let stores = 0
const clock = new Clock()
const OLD = oldValue({ id: 'one', data: { n: 0 } })
const visitor = (): Browser => carrying(new Browser(), { old: OLD })

/** Several processes meet the same old cookie at once, and each does one verb; their store steps in a chosen order. */
async function run(verbs: readonly Verb[], choose: (options: number) => number): Promise<void> {
  const store = memoryStore({ name: `adoption-interleavings-${stores++}`, now: clock.now })
  const options: SessionOptions<Data> = {
    secret: SECRET,
    now: clock.now,
    adopt: [{ from: oldFormat(), name: 'old', until: '2027-06-30' }],
  }
  const scheduler = new Scheduler()
  const processes = verbs.map((_, nth) => createSessions<Data>({ ...options, store: scheduler.storeFor(store, nth) }))
  const deeds: Deed[] = []
  await scheduler.run(
    verbs.map((verb, nth) => async () => {
      const browser = visitor()
      const jar = browser.request()
      const session = await processes[nth]!.open({ jar })
      const outcome = session.present ? await perform(session, verb, nth) : 'session_gone'
      browser.receive(jar)
      deeds[nth] = { verb, outcome, browser }
    }),
    choose,
  )
  await check(deeds, (browser) => createSessions<Data>({ ...options, store }).read({ jar: browser.request() }))
  await store[Symbol.asyncDispose]?.()
}

async function perform(session: Session<Data>, verb: Verb, nth: number): Promise<Deed['outcome']> {
  try {
    if (verb === 'save') {
      session.data[`key${nth}`] = nth
      await session.save()
    } else if (verb === 'update') await session.update((data) => void (data['n'] = Number(data['n']) + 1))
    else if (verb === 'signIn') await session.signIn(`user${nth}`)
    else await session[verb]()
    return 'ok'
  } catch (error) {
    if (error instanceof SessionError && error.code === 'session_gone') return 'session_gone'
    throw error
  }
}

/** One session, nothing acknowledged is lost, nothing ended comes back, and the old cookie opens nothing else. */
async function check(
  deeds: readonly Deed[],
  read: (browser: Browser) => Promise<Pick<Session<Data>, 'id' | 'present' | 'data' | 'subject'>>,
): Promise<void> {
  const done = (verb: Verb) => deeds.filter((deed) => deed.verb === verb && deed.outcome === 'ok')
  const found = await Promise.all([...deeds.map(({ browser }) => browser), visitor()].map(read))
  const live = new Map(found.filter(({ present }) => present).map((session) => [session.id, session]))
  const [session] = live.values()
  const [ended, signedIn] = [done('destroy').length > 0, done('signIn').length]

  expect(live.size, 'sessions reachable').toBeLessThanOrEqual(1)
  expect(signedIn, 'sign-ins that succeeded').toBeLessThanOrEqual(1)
  if (ended && signedIn === 0) expect(live.size, 'sessions reachable after a logout').toBe(0)
  if (ended || signedIn > 0) expect(found.at(-1)?.present, 'the old cookie opens a session').toBe(false)
  if (ended) return
  expect(live.size, 'sessions reachable').toBe(1)
  if (signedIn > 0) expect(session?.subject).toMatch(/^user\d$/)
  for (const [nth, { verb, outcome }] of deeds.entries()) {
    if (verb === 'save' && outcome === 'ok') expect(session?.data).toMatchObject({ [`key${nth}`]: nth })
    if (outcome === 'session_gone') expect(signedIn, `${verb} may find the session gone`).toBe(1)
    else if (signedIn === 0) expect(found[nth]?.id, 'the cookie of each leads to the one session').toBe(session?.id)
  }
  expect(session?.data['n'], 'updates').toBe(done('update').length)
}

describe('every interleaving of first requests with the same old cookie', () => {
  const pairs = VERBS.flatMap((one, at) => VERBS.slice(at).map((two) => [one, two] as const))

  test.each(pairs)('of %s and %s', async (...verbs) => {
    await everyOrder((choose) => run(verbs, choose))
  })

  test.each([
    ['save', 'save', 'save'],
    ['save', 'update', 'destroy'],
    ['touch', 'save', 'signIn'],
    ['regenerate', 'update', 'save'],
    ['touch', 'destroy', 'regenerate'],
  ] as const)('of %s, %s and %s', async (...verbs) => {
    await someOrders((choose) => run(verbs, choose), process.env['FULL'] ? 1500 : 40)
  })
})

import { describe, expect, it, test } from 'vitest'
import { memoryStore } from '../../index.ts'
import type { Session } from '../contracts/session.ts'
import type { HeaderJar } from '../cookies/jar.ts'
import { SessionUnavailableError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { type Fault, faultyStore, type StoreStep } from '../test-support/faulty-store.ts'
import { type Data, request, testSessions } from '../test-support/sessions.ts'

const VERBS = ['save', 'update', 'touch', 'regenerate', 'signIn', 'destroy'] as const
type Verb = (typeof VERBS)[number]
const FAULTS = ['before', 'after'] as const satisfies Fault[]

let stores = 0

async function perform(session: Session<Data>, verb: Verb): Promise<void> {
  if (verb === 'signIn') return session.signIn('ann')
  if (verb === 'update') return session.update((data) => void (data['n'] = 2))
  if (verb === 'save') session.data['n'] = 2
  return session[verb]()
}

/** Ann's session, opened on a store whose steps from then on can fail. */
async function opened(faultOf: (step: StoreStep, nth: number) => Fault | undefined) {
  const store = memoryStore({ name: `faults-${stores++}` })
  const whole = testSessions({ store }).sessions
  const browser = new Browser()
  await request(whole, browser, async (session) => {
    session.data['n'] = 1
    await session.signIn('ann')
  })
  const steps: StoreStep[] = []
  let isOpen = false
  const faulty = faultyStore(store, (step) => {
    if (!isOpen) return undefined
    steps.push(step)
    return faultOf(step, steps.length - 1)
  })
  const { sessions } = testSessions({ store: faulty })
  const jar = browser.request()
  const session = await sessions.open({ jar })
  isOpen = true
  const reopen = (cookies: HeaderJar) => whole.open({ jar: cookies })
  return { store, browser, jar, session, steps, reopen, whole }
}

/** The steps of a verb when nothing fails. */
async function stepsOf(verb: Verb): Promise<readonly StoreStep[]> {
  const { session, steps } = await opened(() => undefined)
  await perform(session, verb)
  return steps
}

describe('the steps of a verb', () => {
  test.each<[Verb, StoreStep[]]>([
    ['save', ['write']],
    ['update', ['write']],
    ['touch', ['write']],
    ['regenerate', ['index.add', 'write', 'write', 'index.remove']],
    ['signIn', ['index.add', 'write', 'write', 'index.remove']],
    ['destroy', ['write', 'index.remove']],
  ])('%s takes %j: listed before it exists, removed after it ended', async (verb, steps) => {
    expect(await stepsOf(verb)).toEqual(steps)
  })

  it('of a session without a subject never touch the index', async () => {
    const steps: StoreStep[] = []
    const store = faultyStore(memoryStore({ name: `faults-${stores++}` }), (step) => void steps.push(step))
    const { sessions } = testSessions({ store })
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    await request(sessions, browser, (session) => session.regenerate())
    await request(sessions, browser, (session) => session.destroy())
    expect(steps).toEqual(['write', 'read', 'write', 'write', 'read', 'write'])
  })
})

describe.each(VERBS)('when one step of %s fails', (verb) => {
  it.each(FAULTS)('%s it happened, there is one session or the other, never neither', async (fault) => {
    const count = (await stepsOf(verb)).length
    for (let at = 0; at < count; at++) {
      const { session, steps, browser, jar, reopen } = await opened((_, nth) => (nth === at ? fault : undefined))
      const error = await perform(session, verb).then(
        () => undefined,
        (error: unknown) => error,
      )
      const where = `step ${at} (${steps[at]}), ${fault} it happened`
      if (error) expect(error, where).toBeInstanceOf(SessionUnavailableError)
      if (error) expect(jar.lines, where).toEqual([])
      if (!error) browser.receive(jar)
      if (verb !== 'destroy') expect(steps, where).not.toContain('delete')

      const replayed = await reopen(browser.request())
      if (verb === 'destroy') {
        if (!error) expect(replayed.present, where).toBe(false)
      } else if (verb === 'signIn' && error) {
        // The successor's cookie was not delivered: who logs in again starts from the old session, or anew.
        if (replayed.present) expect(replayed, where).toMatchObject({ subject: 'ann', data: { n: 1 } })
        else expect(replayed.refusal, where).toBe('destroyed')
      } else {
        expect(replayed, where).toMatchObject({ present: true, subject: 'ann' })
        if (verb === 'save' || verb === 'update') expect([1, 2], where).toContain(replayed.data['n'])
        else expect(replayed.data, where).toEqual({ n: 1 })
        if (!error && (verb === 'save' || verb === 'update')) expect(replayed.data, where).toEqual({ n: 2 })
      }
    }
  })

  it('and it is tried again on the same handle, it is done once', async () => {
    const count = (await stepsOf(verb)).length
    for (const fault of FAULTS) {
      for (let at = 0; at < count; at++) {
        const { session, browser, jar, reopen, steps } = await opened((_, nth) => (nth === at ? fault : undefined))
        const where = `step ${at} (${steps[at]}), ${fault} it happened`
        const again = await perform(session, verb).catch(() => perform(session, verb).catch((error: unknown) => error))
        // A sign-in whose end is unknown may have ended the old session: then it cannot begin from there again.
        if (again) expect({ verb, again }, where).toMatchObject({ verb: 'signIn', again: { code: 'session_gone' } })
        browser.receive(jar)
        const { present, data, subject } = await reopen(browser.request())
        const expected = {
          save: { present: true, subject: 'ann', data: { n: 2 } },
          update: { present: true, subject: 'ann', data: { n: 2 } },
          touch: { present: true, subject: 'ann', data: { n: 1 } },
          regenerate: { present: true, subject: 'ann', data: { n: 1 } },
          signIn: again
            ? { present: false, subject: undefined, data: {} }
            : { present: true, subject: 'ann', data: { n: 1 } },
          destroy: { present: false, subject: undefined, data: {} },
        }[verb]
        expect({ present, data, subject }, where).toEqual(expected)
      }
    }
  })
})

describe('a full store, which refuses to write and still deletes', () => {
  const full = (step: StoreStep): Fault | undefined =>
    step === 'write' || step === 'index.add' ? 'refused' : undefined

  it('ends a session all the same', async () => {
    const { session, browser, jar, reopen } = await opened(full)
    const thief = browser.request()
    await session.destroy()
    browser.receive(jar)
    expect(browser.cookies.size).toBe(0)
    expect(await reopen(thief)).toMatchObject({ present: false, refusal: 'not-found' })
  })

  it('ends its successors as well', async () => {
    const { session, browser, reopen, whole } = await opened(full)
    const old = browser.request()
    await request(whole, browser, (other) => other.regenerate())
    await request(whole, browser, (other) => other.regenerate())
    expect(await request(whole, browser, (other) => other.subject)).toBe('ann')
    await session.destroy()
    for (const jar of [old, browser.request()]) expect((await reopen(jar)).present).toBe(false)
  })

  it('keeps the sessions it has: a login fails as a whole', async () => {
    const { session, browser, jar, reopen } = await opened(full)
    await expect(session.signIn('bob')).rejects.toThrow(SessionUnavailableError)
    expect(jar.lines).toEqual([])
    expect(await reopen(browser.request())).toMatchObject({ subject: 'ann', data: { n: 1 } })
  })
})

it('a destroy whose write happened unknown to it is done, and leaves the tombstone', async () => {
  const { session, steps, browser, reopen } = await opened((_, nth) => (nth === 0 ? 'after' : undefined))
  await session.destroy()
  expect(steps).toEqual(['write', 'read', 'write', 'index.remove'])
  expect((await reopen(browser.request())).refusal).toBe('destroyed')
})

it('a destroy ends a session that got another id many times since it was opened', async () => {
  const { sessions } = testSessions({ store: memoryStore({ name: 'many-successors' }) })
  const browser = new Browser()
  await request(sessions, browser, (session) => session.signIn('ann'))
  const slow = await sessions.open({ jar: browser.request() })
  for (let times = 0; times < 9; times++) await request(sessions, browser, (session) => session.regenerate())
  await slow.destroy()
  expect(await request(sessions, browser, (session) => session.subject)).toBeUndefined()
})

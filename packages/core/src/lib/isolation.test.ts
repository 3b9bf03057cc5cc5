import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { memoryStore } from '../index.ts'
import type { SessionOptions } from './contracts/options.ts'
import type { Session } from './contracts/session.ts'
import type { SessionStore } from './contracts/store.ts'
import { HeaderJar } from './cookies/jar.ts'
import { SessionError } from './errors.ts'
import { Browser } from './test-support/browser.ts'
import { randomFrom } from './test-support/random.ts'
import { type Data, request, SECRET, testSessions } from './test-support/sessions.ts'

const REQUESTS = process.env['FULL'] ? 50_000 : 5000
const USERS = 200
const IN_FLIGHT = 40
const CANARY = /canary-\d+/g

let stores = 0
const kinds: [string, () => SessionOptions<Data>][] = [
  ['cookie', () => ({})],
  ['record', () => ({ store: slow(memoryStore({ name: `isolation-${stores++}` })) })],
]

/** Answers some steps later than others, so that requests overtake one another. */
function slow(store: SessionStore): SessionStore {
  let steps = 0
  const pause = async (): Promise<void> => {
    if (steps++ % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    ...store,
    read: (...call) => pause().then(() => store.read(...call)),
    write: (...call) => pause().then(() => store.write(...call)),
  }
}

/** Everything that this process says while a test runs. */
function listen(): string[] {
  const said: string[] = []
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    vi.spyOn(console, level).mockImplementation(
      (...words) => void said.push(words.map((word) => inspect(word)).join(' ')),
    )
  return said
}

afterEach(() => vi.restoreAllMocks())

const VERBS = ['read', 'read', 'save', 'update', 'touch', 'regenerate', 'signIn', 'flush', 'destroy'] as const

async function act(session: Session<Data>, verb: (typeof VERBS)[number], canary: string, nth: number): Promise<void> {
  session.data['canary'] ??= canary
  if (verb === 'save') session.data[`k${nth % 5}`] = `${canary} ${nth}`
  if (verb === 'update') await session.update((data) => void (data['count'] = Number(data['count'] ?? 0) + 1))
  if (verb === 'signIn') await session.signIn(canary)
  if (verb === 'flush') await session.regenerate({ flush: true })
  if (verb === 'touch' || verb === 'regenerate' || verb === 'destroy') await session[verb]()
}

describe.each(kinds)('in %s persistence', (kind, options) => {
  test(`R49, R40: ${USERS} users at once, and each response holds its own user’s data only`, {
    timeout: 600_000,
  }, async () => {
    const said = listen()
    const { sessions, events, clock } = testSessions(options())
    const random = randomFrom(49)
    const browsers = Array.from({ length: USERS }, () => new Browser())
    const seen = { own: 0, gone: 0, conflict: 0 }
    const sent = new Set<string>()

    async function one(nth: number): Promise<void> {
      const user = random.int(USERS)
      const browser = browsers[user] ?? new Browser()
      const canary = `canary-${user}`
      const jar = browser.request()
      const verb = random.pick(VERBS)
      if (random.int(20) === 0) clock.advance(30)
      try {
        const session = await sessions.start({ jar })
        const found = [session.subject ?? '', session.data, session.data['canary']].map((part) => JSON.stringify(part))
        await act(session, verb, canary, nth)
        const answer = JSON.stringify([session.subject, session.data])
        await sessions.settle(session, { status: 200 })
        const canaries = [...found, answer].join(' ').match(CANARY) ?? []
        if (canaries.some((other) => other !== canary)) throw new Error(`${canary} was answered ${canaries.join(' ')}`)
        if (canaries.length > 0) seen.own++
        for (const line of jar.lines) sent.add(/=([^;]*)/.exec(line)?.[1] ?? '')
        browser.receive(jar)
      } catch (error) {
        if (!(error instanceof SessionError)) throw error
        // Two requests of one user may meet: one ends the session, or both change a list.
        if (error.code === 'session_gone') seen.gone++
        else if (error.code === 'session_conflict') seen.conflict++
        else throw error
      }
    }

    let started = 0
    const worker = async (): Promise<void> => {
      while (started < REQUESTS) await one(started++)
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
    vi.restoreAllMocks()

    expect(seen.own).toBeGreaterThan(REQUESTS / 2)
    expect(events.length).toBeGreaterThan(REQUESTS / 4)
    const words = [...events.map((event) => inspect(event, { depth: 9 })), ...said].join('\n')
    expect(words.match(CANARY)).toBeNull()
    expect(words).not.toContain(SECRET)
    sent.delete('')
    expect([...sent].filter((value) => words.includes(value))).toEqual([])
    console.info(`${REQUESTS} requests in ${kind} persistence: ${JSON.stringify(seen)}, ${events.length} events`)
  })

  test('R41: what a client sends never reaches events or the console', async () => {
    const said = listen()
    const { sessions, events } = testSessions({ ...options(), bind: ['userAgent'], cookie: { secure: true } })
    const hostile = 'canary-1\x1b[31m\r\nfaked line'
    const facts = { userAgent: hostile, address: hostile, host: hostile }
    for (const value of [hostile, '5.x', Buffer.from(hostile).toString('base64url'), `U${hostile}`]) {
      const jar = new HeaderJar(`__Host-session=${value}; ${hostile}=1`)
      const session = await sessions.start({ jar, facts: { ...facts, scheme: 'http' } })
      session.data['canary'] = hostile
      await sessions.settle(session)
      expect(jar.lines).toEqual([])
    }
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['refused', 'insecure-transport']))
    const words = [...events.map((event) => JSON.stringify(event)), ...said].join('')
    expect(words).not.toMatch(/canary|faked/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(words).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
  })

  test('R40: errors tell of keys and paths, and no values', async () => {
    const { sessions } = testSessions(options())
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data = { list: ['canary-1'] }))
    const jar = browser.request()
    const [one, other] = [await sessions.open({ jar }), await sessions.open({ jar: browser.request() })]
    one.data['list'] = ['canary-2']
    await one.save()
    other.data['list'] = ['canary-3']
    const errors: unknown[] = [await other.save().catch((error: unknown) => error)]
    one.data['list'] = ['canary-4', () => 'canary-5']
    errors.push(await one.save().catch((error: unknown) => error))
    one.data['list'] = ['canary-6'.repeat(5000)]
    errors.push(await one.save().catch((error: unknown) => error))
    expect(inspect(errors, { depth: 9 })).not.toMatch(/canary/)
    expect(errors.filter((error) => error instanceof SessionError).length).toBeGreaterThanOrEqual(2)
  })
})

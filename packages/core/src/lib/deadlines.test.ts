import { expect, test } from 'vitest'
import { createSessions, memoryStore } from '../index.ts'
import type { SessionOptions } from './contracts/options.ts'
import type { Session } from './contracts/session.ts'
import type { SessionStore } from './contracts/store.ts'
import type { HeaderJar } from './cookies/jar.ts'
import { Browser } from './test-support/browser.ts'
import { type Random, randomFrom } from './test-support/random.ts'
import { Clock, type Data, SECRET } from './test-support/sessions.ts'

const SEQUENCES = process.env['FULL'] ? 10_000 : 400
const GARBAGE = 60
const JUMPS = [0, 1, 5, 9, 10, 11, 29, 30, 31, 59, 60, 61, 100, 119, 120, 121, 200, -1, -20] as const
const VERBS = [
  'save',
  'save',
  'touch',
  'update',
  'regenerate',
  'signIn',
  'remember',
  'read',
  'read',
  'destroy',
] as const

/** In a loop this long `expect` would take longer than what it checks. */
function hold(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`It does not hold that ${promise}.`)
}

interface Model {
  began: number
  /** The latest second at which this session may still be open. */
  absolute: number
  last: number
}

const anyOptions = (random: Random): SessionOptions<Data> & { absolute: number } => ({
  idle: random.pick([30, 60, false]),
  rolling: random.pick([60, 120, false]),
  absolute: random.pick([120, 200, 300]),
  touchEvery: random.pick([0, 10]),
  renew: random.pick([0, 20]),
  discard: random.pick([0, 10]),
  remember: { rolling: 100, absolute: random.pick([100, 400]) },
  strategy: random.pick(['default', 'regenerate']),
  persistent: random.int(2) === 0,
})

/** Every time that a store is given, as it comes. */
function watched(store: SessionStore, onWrite: (expiresAt: number) => void): SessionStore {
  return {
    ...store,
    write: (key, bytes, expiresAt, ...rest) => {
      onWrite(expiresAt)
      return store.write(key, bytes, expiresAt, ...rest)
    },
  }
}

async function perform(session: Session<Data>, verb: (typeof VERBS)[number], nth: number): Promise<void> {
  if (verb === 'save') {
    session.data['n'] = nth
    await session.save()
  } else if (verb === 'update') await session.update((data) => void (data['u'] = nth))
  else if (verb === 'signIn') await session.signIn('ann')
  else if (verb === 'remember') await session.signIn('ann', { remember: true })
  else if (verb !== 'read') await session[verb]()
}

/** Every Max-Age that the response sets, in seconds. */
const maxAges = (jar: HeaderJar): number[] =>
  jar.lines.flatMap((line) => (line.match(/; Max-Age=([^;]+)/)?.[1] ?? []) as string[] | string).map(Number)

test.each(['cookie', 'record'])(
  'R06, F12: nothing but a sign-in moves the absolute deadline, in %s persistence',
  { timeout: 300_000 },
  async (kind) => {
    const random = randomFrom(kind === 'cookie' ? 6 : 60)
    const counts = { opened: 0, remembered: 0, writes: 0, expired: 0 }
    const memory = memoryStore({ name: 'deadlines', now: () => now() })
    let now = (): number => 0
    let onWrite: (expiresAt: number) => void = () => undefined
    const store = watched(memory, (expiresAt) => onWrite(expiresAt))

    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const clock = new Clock()
      now = clock.now
      const seconds = (): number => clock.now() / 1000
      const options = anyOptions(random)
      const sessions = createSessions<Data>({
        secret: SECRET,
        now,
        ...options,
        ...(kind === 'record' && { store }),
      })
      const remembers = Math.max(options.absolute, options.remember?.absolute ?? 0)
      const browser = new Browser()
      let model: Model | undefined

      for (let nth = 0; nth < 6; nth++) {
        clock.advance(random.pick(JUMPS))
        const verb = random.pick(VERBS)
        const jar = browser.request()
        const session = await sessions.start({ jar }, { touch: false })
        if (session.present) {
          counts.opened++
          if (session.remembered) counts.remembered++
          hold(seconds() < (model?.absolute ?? 0), 'an open session has not met its absolute deadline')
          const given = session.remembered ? (options.remember?.absolute ?? 0) : options.absolute
          const deadline = ((model?.began ?? 0) + given) * 1000
          hold(session.expires.absolute?.getTime() === deadline, 'the absolute deadline stays where it was')
        } else if (session.refusal?.startsWith('expired')) counts.expired++

        const creates = !session.present && ['save', 'update', 'regenerate'].includes(verb)
        if (creates || verb === 'signIn' || verb === 'remember') {
          const absolute = seconds() + (verb === 'remember' ? remembers : options.absolute)
          model = { began: seconds(), absolute, last: Math.max(model?.absolute ?? 0, absolute) }
        }
        onWrite = (expiresAt) => {
          counts.writes++
          // A pointer to a successor stays for its grace, whenever that begins.
          const last = (model?.last ?? 0) + GARBAGE + (options.discard ?? 0)
          hold(Number.isSafeInteger(expiresAt) && expiresAt > seconds(), 'a store is given a time to come')
          // Nor does the mark of its end, by more than a minute.
          hold(expiresAt <= Math.max(last, seconds() + GARBAGE), 'no record outlives its session')
        }
        await perform(session, verb, nth)
        await sessions.settle(session)
        for (const maxAge of maxAges(jar)) {
          hold(Number.isSafeInteger(maxAge) && maxAge >= 0, 'Max-Age is a whole number')
          hold(maxAge === 0 || seconds() + maxAge <= (model?.absolute ?? 0), 'no cookie outlives its session')
        }
        browser.receive(jar)
      }
    }
    await memory[Symbol.asyncDispose]()
    expect(counts.opened).toBeGreaterThan(SEQUENCES)
    expect(counts.remembered).toBeGreaterThan(SEQUENCES / 20)
    expect(counts.expired).toBeGreaterThan(SEQUENCES / 2)
    if (kind === 'record') expect(counts.writes).toBeGreaterThan(SEQUENCES)
    console.info(`${SEQUENCES} sequences in ${kind} persistence: ${JSON.stringify(counts)}`)
  },
)

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../index.ts'
import type { SessionOptions } from './contracts/options.ts'
import type { Sessions } from './contracts/sessions.ts'
import { HeaderJar } from './cookies/jar.ts'
import { Browser } from './test-support/browser.ts'
import { type Cookies, mutations, type Scene } from './test-support/cookie-mutations.ts'
import { randomFrom } from './test-support/random.ts'
import { type Data, OTHER_SECRET, request, testSessions } from './test-support/sessions.ts'

/** For each persistence; all together at least 20,000, and with FULL 200,000. */
const EACH = process.env['FULL'] ? 66_667 : 6_667
let stores = 0
const persistences: [string, () => SessionOptions<Data>, number][] = [
  ['one cookie', () => ({}), 20],
  ['three cookies', () => ({}), 8000],
  ['a record', () => ({ store: memoryStore({ name: `mutated-${stores++}` }) }), 20],
]

async function cookiesOf(sessions: Sessions<Data>, user: string, size: number): Promise<Cookies> {
  const browser = new Browser()
  await request(sessions, browser, async (session) => {
    session.data = { canary: user, filling: randomFrom(size).text(size) }
    await session.signIn(user)
  })
  return [...browser.cookies]
}

/** The user whose whole session these cookies carry, whatever else came along. */
function ownerOf({ own, bobs }: Scene, cookies: Cookies): string | undefined {
  const sent = new Map(cookies.map(([name, value]) => [name, value.replace(/^[ \t]+|[ \t]+$/g, '')]))
  const carries = (whole: Cookies): boolean => whole.every(([name, value]) => sent.get(name) === value)
  return carries(own) ? 'ann' : carries(bobs) ? 'bob' : undefined
}

describe.each(persistences)('a session in %s', (kind, options, size) => {
  async function setUp() {
    const given = options()
    const { sessions } = testSessions(given)
    const cookieOf = async (other: SessionOptions<Data>): Promise<string> =>
      (await cookiesOf(testSessions({ ...given, ...other }).sessions, 'mallory', 20))[0]?.[1] ?? ''
    const otherStore = kind === 'a record' ? undefined : memoryStore({ name: `mutated-${stores++}` })
    const scene: Scene = {
      random: randomFrom(15),
      own: await cookiesOf(sessions, 'ann', size),
      bobs: await cookiesOf(sessions, 'bob', size),
      foreign: {
        otherKey: await cookieOf({ secret: OTHER_SECRET }),
        otherAudience: await cookieOf({ audience: 'admin' }),
        otherName: await cookieOf({ name: 'other' }),
        otherPurpose: await cookieOf({ store: otherStore }),
      },
    }
    /** How these cookies open; anything but a session of its owner or a refusal is `wrong`. */
    const outcomeOf = async (cookies: Cookies): Promise<string> => {
      const jar = new HeaderJar(cookies.map(([name, value]) => `${name}=${value}`).join('; '))
      const found = await sessions.open({ jar }).catch((error: unknown) => ({ error }))
      if ('error' in found) return `wrong: threw ${found.error}`
      if (jar.lines.length > 0) return 'wrong: set a cookie'
      const { present, refusal, data, subject } = found
      if (!present) return refusal && Object.keys(data).length === 0 ? refusal : 'wrong: data without a session'
      const owner = ownerOf(scene, cookies)
      return owner && data['canary'] === owner && subject === owner ? 'opened' : 'wrong: opened'
    }
    return { scene, outcomeOf }
  }

  test(`F15: opens for nothing but its own value, ${EACH} changes`, { timeout: 600_000 }, async () => {
    const { scene, outcomeOf } = await setUp()
    expect(scene.own).toHaveLength(kind === 'three cookies' ? 3 : 1)
    const entries = Object.entries(mutations)
    const outcomes: Record<string, number> = {}
    const wrong: string[] = []
    for (let nth = 0; nth < EACH; nth++) {
      const [name, { may, mayBeWhole, make }] = entries[nth % entries.length] ?? entries[0]!
      const cookies = make(scene)
      const outcome = await outcomeOf(cookies)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      const isRight = (mayBeWhole && outcome === 'opened') || may.some((refusal) => refusal === outcome)
      if (!isRight) wrong.push(`${name}: ${outcome}: ${JSON.stringify(cookies)}`)
    }
    expect(wrong.slice(0, 3)).toEqual([])
    console.info(`${EACH} changed cookies of a session in ${kind}: ${JSON.stringify(outcomes)}`)
  })

  test('B05, F15: opens with no other character at any place, and at no other length', {
    timeout: 60_000,
  }, async () => {
    const { scene, outcomeOf } = await setUp()
    const [[name, value] = ['', ''], ...rest] = scene.own
    const open = (changed: string) => outcomeOf([[name, changed], ...rest])
    const isRefused = /^(malformed|tampered|unknown-key|missing|incomplete)$/
    expect(await open(value)).toBe('opened')
    const stride = scene.own.length === 1 ? 1 : 7
    for (let at = 0; at < value.length; at += stride) {
      const other = value.charAt(at) === 'A' ? 'B' : 'A'
      expect(await open(value.slice(0, at) + other + value.slice(at + 1)), `${other} at ${at}`).toMatch(isRefused)
      expect(await open(value.slice(0, at)), `the first ${at}`).toMatch(isRefused)
    }
  })
})

import { readFileSync } from 'node:fs'
import { createSessions } from '@sojourn/core'
import { fakeClock, testCookieJar } from '@sojourn/testing'
import { describe, expect, test, vi } from 'vitest'
import { type Data, ownMemory } from '../test-support/v3-sessions.ts'
import { type V3File, type V3Step, valueOfLine } from '../test-support/v3-vectors.ts'
import { restyV3 } from './resty-v3.ts'

const { flows, vectors }: V3File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-3.10.json', import.meta.url), 'utf8'),
)
const secret = vectors[0]?.secret ?? ''
const facts = { userAgent: 'vector-ua/1.0', scheme: 'http', host: 'localhost' } as const
/** When the flows were captured: their cookies end an hour later. */
const clock = fakeClock(1_795_365_307_000)

// The vectors have a published secret.
vi.spyOn(console, 'warn').mockImplementation(() => {})

describe.each(['default', 'regenerate'] as const)('what nginx left in Redis with the %s strategy', (strategy) => {
  const steps = flows.find(({ name }) => name === `${strategy}-redis-cbc`)?.steps ?? []
  const setAt = (at: number) => valueOfLine(steps[at]?.setCookie?.[0] ?? '')

  /** Sessions beside the Redis of a moment. */
  async function sessionsBeside({ redis = {} }: V3Step) {
    const store = ownMemory(clock)
    for (const [key, { valueBase64, ttl }] of Object.entries(redis)) {
      const bytes = new Uint8Array(Buffer.from(valueBase64, 'base64'))
      await store.write(key, bytes, clock.now() / 1000 + ttl, 'any')
    }
    return createSessions<Data>({
      store,
      strategy,
      persistence: restyV3({ secret }),
      cookie: { secure: false },
      now: clock.now,
    })
  }

  const read = async (step: V3Step | undefined, cookie: string) => {
    const sessions = await sessionsBeside(step ?? {})
    const session = await sessions.read({ jar: testCookieJar(`session=${cookie}`), facts })
    return session.refusal ?? session.data
  }

  test('opens after each step', async () => {
    expect(await read(steps[0], setAt(0))).toEqual({ a: 1 })
    expect(await read(steps[1], setAt(1))).toEqual({ a: 2 })
    expect(await read(steps[3], setAt(3))).toEqual({ a: 2 })
    expect(await read(steps[4], setAt(4))).toEqual({})
  })

  test('treats the cookie before the last save as the library does', async () => {
    expect(await read(steps[1], setAt(0))).toEqual(strategy === 'regenerate' ? { a: 1 } : 'tampered')
    expect(steps[2]?.present).toBe(strategy === 'regenerate')
  })

  test('is gone after destroy', async () => {
    expect(await read(steps[5], setAt(4))).toBe('not-found')
  })
})

const sessions = createSessions<Data>({ persistence: restyV3({ secret }), cookie: { secure: false }, now: clock.now })

test('what is no cookie of the library is malformed', async () => {
  const errors = flows.filter(({ name }) => name === 'error')
  expect(errors.length).toBeGreaterThan(0)
  for (const { in: value = '' } of errors) {
    const session = await sessions.read({ jar: { get: (name) => (name === 'session' ? [value] : []) }, facts })
    expect(session.refusal, value).toBe(value === '' ? 'missing' : 'malformed')
  }
})

test('a forwarded header keeps the cookies that the library keeps', () => {
  const hides = flows.filter(({ name, in: header }) => name === 'hide' && !header?.includes('0x'))
  expect(hides.length).toBeGreaterThan(0)
  const pairs = (header: string) =>
    header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== '')
  for (const { in: header = '', out = '' } of hides)
    expect(pairs(sessions.stripSessionCookies(header)), header).toEqual(pairs(out))
})

import { createSessions, memoryStore, SessionConfigError, type SessionOptions } from '@sojourn/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FACTS, newBrowser, SECRET } from '../test-support/v4-sessions.ts'
import type { RestyV4Options } from './options.ts'
import { restyV4 } from './resty-v4.ts'

const STRONG = 'qS0m2-fFfVxkq7p1wO9tYcBzGd4uJh3L8eRaN5iXvEw'
const messageOf = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return String(error)
  }
  return 'it worked'
}
const restyMessage = (options: object): string => messageOf(() => restyV4(options as RestyV4Options))
const sessionsWith = (options: SessionOptions<object>, resty: RestyV4Options = {}) =>
  createSessions({ persistence: restyV4({ secret: STRONG, ...resty }), ...options })

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test.each([
  [{ secrets: 'x' }, '`secrets` is no option'],
  [{ secret: '' }, '`secret[0]` is empty'],
  [{ secret: [] }, '`secret` is an empty list'],
  [{ secret: { ikm: new Uint8Array(31) } }, 'must have 32 bytes'],
  [{ bind: ['useragent'] }, '`bind`'],
  [{ rememberSafety: 'medium' }, '`rememberSafety`'],
  [{ compressionThreshold: -1 }, '`compressionThreshold`'],
  [{ rememberCookieName: 'a b' }, '`rememberCookieName`'],
  [{ prefix: 'a:b' }, '`prefix`'],
  [{ suffix: ' ' }, '`suffix`'],
  [{ keys: 'mysql' }, '`keys`'],
  [{ hashSubject: 'yes' }, '`hashSubject`'],
  [{ requestHeaders: ['cookie'] }, '`cookie` is no property'],
])('%j is refused', (options, message) => {
  expect(restyMessage(options)).toContain(message)
})

test('options of sessions that mean nothing here are refused with what to do', () => {
  const refused: Readonly<Record<string, unknown>> = {
    secret: STRONG,
    bind: ['userAgent'],
    version: 1,
    idLength: 32,
    onConflict: 'mine',
  }
  for (const [option, value] of Object.entries(refused))
    expect(messageOf(() => sessionsWith({ [option]: value }))).toMatch(new RegExp(`\`${option}\`.*resty-v4: .{10}`))
  expect(messageOf(() => sessionsWith({ lock: true, store: memoryStore({ name: 'v4 lock' }) }))).toContain('`lock`')
})

test('names that could be mixed up are refused', () => {
  expect(messageOf(() => sessionsWith({ name: 'remember' }))).toContain('cannot be told apart')
  expect(messageOf(() => sessionsWith({ name: 'remember2' }))).toContain('cannot be told apart')
  expect(messageOf(() => sessionsWith({}, { rememberCookieName: 'session9' }))).toContain('cannot be told apart')
})

test('a store of another name has to say how its keys are spelt', () => {
  const store = { ...memoryStore({ name: 'v4 keys' }), name: 'mysql' }
  expect(messageOf(() => sessionsWith({ store }))).toContain('give restyV4({ keys })')
  expect(messageOf(() => sessionsWith({ store }, { keys: 'redis' }))).toBe('it worked')
})

describe('a secret', () => {
  test('that is missing is the workspace’s in development, and in production an error at the first use', async () => {
    const sessions = createSessions({ persistence: restyV4({ secret: undefined }) })
    const jar = newBrowser()
    const session = await sessions.start({ jar, facts: FACTS })
    await session.signIn('al')
    expect((await sessions.read({ jar: jar.next(), facts: FACTS })).subject).toBe('al')
    vi.stubEnv('NODE_ENV', 'production')
    const production = createSessions({ persistence: restyV4() })
    const started = await production.start({ jar: newBrowser(), facts: FACTS })
    await expect(started.signIn('al')).rejects.toThrow(SessionConfigError)
  })

  test('that is weak is no error: it is said once, and by describe()', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const weak = 'weak secret of options.test'
    for (let time = 0; time < 3; time++) {
      const { warnings } = sessionsWith({}, { secret: weak }).describe()
      expect(warnings.filter((warning) => warning.includes('is weak'))).toHaveLength(1)
      expect(warnings.join()).not.toContain(weak)
    }
    expect(warn).toHaveBeenCalledTimes(1)
    expect(sessionsWith({}).describe().warnings.join()).not.toContain('weak')
    expect(
      sessionsWith({}, { secret: { ikm: new Uint8Array(32) } })
        .describe()
        .warnings.join(),
    ).not.toContain('weak')
  })
})

test('describe() tells what it is', () => {
  const { persistence, format, name, audience, promises, secrets, cookie } = sessionsWith({
    store: memoryStore({ name: 'v4 describe' }),
  }).describe()
  expect({ persistence, format, name, audience, secrets }).toEqual({
    persistence: 'resty-v4',
    format: 'resty-v4',
    name: 'session',
    audience: 'default',
    secrets: 1,
  })
  expect(promises).toEqual({ keepsParallelWrites: false, destroyEndsEveryCopy: true })
  expect(cookie['maxCookies']).toBe(9)
})

test('a cookie of this format is known by its beginning', () => {
  const { resembles } = restyV4({ secret: SECRET })
  expect(resembles(`AQ${'A'.repeat(108)}`)).toBe(true)
  expect(resembles(`AQ${'A'.repeat(108)}payload`)).toBe(true)
  for (const other of ['', 'AQ', `Ag${'A'.repeat(108)}`, `U${'A'.repeat(120)}`, `AQ${'='.repeat(108)}`, 'Fe26.2**x'])
    expect(resembles(other)).toBe(false)
})

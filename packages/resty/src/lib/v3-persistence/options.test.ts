import { createSessions, memoryStore, SessionConfigError, type SessionOptions, type SessionStore } from '@sojourn/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FACTS, newBrowser, SECRET, v3Sessions, watchedStore } from '../test-support/v3-sessions.ts'
import type { RestyV3Options } from './options.ts'
import { restyV3 } from './resty-v3.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const create = (options: SessionOptions<object>, resty: RestyV3Options = { secret: SECRET }) =>
  createSessions({ ...options, persistence: restyV3(resty) })

describe('an option of sessions that cannot be mapped is an error that says what to do', () => {
  test.each<[SessionOptions<object>, RegExp]>([
    [{ secret: SECRET }, /restyV3\(\{ secret \}\)/],
    [{ bind: ['userAgent'] }, /restyV3\(\{ check \}\)/],
    [{ idLength: 32 }, /random: \{ length \}/],
    [{ absolute: 86_400 }, /session\.data/],
    [{ remember: { rolling: 1000 } }, /persistent/],
    [{ audience: 'shop' }, /name/],
    [{ version: 2 }, /session\.data/],
    [{ migrate: (data) => data }, /session\.data/],
    [{ onConflict: 'throw' }, /SessionConflictError/],
    [{ lock: true, store: memoryStore() }, /Leave it out/],
    [{ strategy: () => 'keep' }, /'default' or 'regenerate'/],
    [{ rolling: false }, /lifetime/],
    [{ cookie: { partitioned: true } }, /Leave it out/],
    [{ idle: 300, store: memoryStore() }, /destroys a session/],
  ])('%j', (options, fix) => {
    expect(() => create(options)).toThrow(SessionConfigError)
    expect(() => create(options)).toThrow(fix)
  })

  test('but what it switches off was never there', () => {
    expect(() => create({ absolute: false, lock: false, idle: false })).not.toThrow()
  })
})

test.each([null, 7, [SECRET, null], [undefined]])(
  'a secret that is none is an error, and no secret at all: %j',
  (secret) => {
    expect(() => create({}, { secret: secret as unknown as string })).toThrow(SessionConfigError)
  },
)

test('that everyone can read what is only signed is said by describe()', () => {
  const warningsOf = (resty: RestyV3Options) =>
    create({}, { secret: SECRET, ...resty })
      .describe()
      .warnings.join()
  expect(warningsOf({ cipher: 'none' })).toContain('everyone who has the cookie')
  expect(warningsOf({})).not.toContain('everyone who has the cookie')
})

describe('weak settings', () => {
  test.each<[SessionOptions<object>, RestyV3Options, RestyV3Options['allow']]>([
    [{ strategy: 'regenerate' }, {}, ['unprotected-expiry']],
    [{}, { aes: { mode: 'ctr' } }, ['keystream-reuse']],
    [{}, { random: { length: 8 } }, ['short-id']],
    [{}, { aes: { mode: 'gcm' } }, ['gcm-ignores-checks', 'keystream-reuse']],
  ])('%j %j need %j', (options, resty, allow = []) => {
    for (const missing of allow) {
      const others = allow.filter((name) => name !== missing)
      expect(() => create(options, { secret: SECRET, ...resty, allow: others })).toThrow(missing)
    }
    const { warnings } = create(options, { secret: SECRET, ...resty, allow }).describe()
    expect(warnings).toContainEqual(expect.stringContaining(allow.join(', ')))
  })

  test('work when they are allowed, also with ids shorter than ours', async () => {
    const { request, sessions } = v3Sessions({ random: { length: 4 }, allow: ['short-id'] })
    const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    expect(jar.header()).toMatch(/^session=[\w-]{6}\|/)
    expect((await sessions.read({ jar, facts: FACTS })).data).toEqual({ n: 1 })
    expect(sessions.describe().idLength).toBe(16)
  })
})

describe('a store', () => {
  const named = (name: string, holds: SessionStore['holds'] = 'bytes'): SessionStore => ({
    ...memoryStore(),
    name,
    holds,
  })

  test('of an unknown name needs to be told how keys are written', () => {
    expect(() => create({ store: named('mysql') })).toThrow(/restyV3\(\{ keys \}\)/)
    expect(() => create({ store: named('mysql') }, { secret: SECRET, keys: 'redis' })).not.toThrow()
    const wrong = { secret: SECRET, keys: 'mysql' } as unknown as RestyV3Options
    expect(() => create({ store: named('mysql') }, wrong)).toThrow('keys')
  })

  test('for text only cannot hold the bytes of another than DSHM', () => {
    expect(() => create({ store: named('redis', 'ascii') })).toThrow(/text only/)
    expect(() => create({ store: named('dshm', 'ascii') })).not.toThrow()
  })

  test('of keys that no store would take is refused', () => {
    for (const prefix of ['', 'a b', 'ä', 'a\r\nb'])
      expect(() => create({ store: named('redis') }, { secret: SECRET, prefix }), prefix).toThrow('prefix')
  })

  test('that does not compare when it writes has neither update nor touch', () => {
    const store = { ...named('dshm', 'ascii'), atomic: false }
    expect(create({ store }).describe().promises.keepsParallelWrites).toBe(false)
  })

  test.each([
    ['redis', 'shop:'],
    ['memcached', 'shop%3A'],
    ['dshm', 'shop::'],
    ['shm', ''],
  ] as const)('%s has keys of its own form', async (name, start) => {
    const { store, keys } = watchedStore(name)
    const { request } = v3Sessions({ prefix: 'shop' }, { store, now: Date.now })
    const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    expect(keys).toEqual([start + jar.header().slice('session='.length).split('|')[0]])
  })
})

describe('the secret', () => {
  test('is taken as it is, and a weak one is said once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const sessions = [1, 2].map(() => create({}, { secret: 'short and known' }))
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toMatch(/A secret of resty-v3 is weak: .*15 bytes/)
    expect(warn.mock.calls[0]?.[0]).not.toContain('short and known')
    expect(sessions[0]?.describe().warnings).toContainEqual(expect.stringContaining('is weak'))
  })

  test('that is missing in production is an error at the first use', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const sessions = create({}, {})
    expect(sessions.describe().secrets).toBe('missing')
    const session = await sessions.start({ jar: newBrowser(), facts: FACTS })
    Object.assign(session.data, { n: 1 })
    await expect(session.save()).rejects.toThrow(SessionConfigError)
    await expect(session.save()).rejects.toThrow('restyV3({ secret })')
  })

  test('that is missing in development is the one of the workspace', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const { request, sessions } = v3Sessions({ secret: undefined })
    const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    expect((await sessions.read({ jar, facts: FACTS })).data).toEqual({ n: 1 })
  })

  test('that is empty is an error at once', () => {
    expect(() => create({}, { secret: '' })).toThrow(SessionConfigError)
    expect(() => create({}, { secret: [] })).toThrow(SessionConfigError)
  })
})

test('a check of what the server does not know is an error, not a session bound to nothing', async () => {
  const { request } = v3Sessions()
  await expect(request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }), {})).rejects.toThrow(
    /`check\.scheme`.*clientFacts/,
  )
})

test('describe() tells what is shared, and what it costs', () => {
  const told = create({ store: memoryStore() }).describe()
  expect(told).toMatchObject({
    format: 'resty-v3',
    persistence: 'resty-v3',
    name: 'session',
    secrets: 1,
    promises: { keepsParallelWrites: false, destroyEndsEveryCopy: true },
  })
  expect(told.warnings.join('\n')).toMatch(/new keys|changes the session's keys/)
  expect(create({ store: memoryStore(), strategy: 'regenerate' }).describe().warnings.join('\n')).toMatch(/10 seconds/)
})

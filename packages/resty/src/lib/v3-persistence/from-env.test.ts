import { createSessions, SessionConfigError, sessionOptionsFromEnv } from '@sojourn/core'
import { testCookieJar } from '@sojourn/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FACTS, newBrowser, OTHER_SECRET, SECRET, v3Sessions, watchedStore } from '../test-support/v3-sessions.ts'
import { restyV3FromEnv } from './from-env.ts'

afterEach(() => vi.restoreAllMocks())

const optionsOf = (env: Record<string, string>) =>
  sessionOptionsFromEnv({ SESSION_FORMAT: 'resty-v3', ...env }, { formats: [restyV3FromEnv] })

const NOW = () => 1_800_000_000_000

/** What sessions of the environment make of a cookie that `resty` and `options` wrote. */
async function dataThrough(env: Record<string, string>, ...[resty, options]: Parameters<typeof v3Sessions>) {
  const { request } = v3Sessions(resty, options)
  const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
  const sessions = createSessions<object>({ ...optionsOf(env), now: NOW })
  const session = await sessions.read({ jar: testCookieJar(jar.header()), facts: FACTS })
  return session.refusal ?? session.data
}

test('SESSION_SECRET alone is enough', async () => {
  expect(await dataThrough({ SESSION_SECRET: SECRET })).toEqual({ n: 1 })
  expect(await dataThrough({ SESSION_SECRET: OTHER_SECRET })).toBe('tampered')
})

test.each<[string, Record<string, string>, ...Parameters<typeof v3Sessions>]>([
  ['the cipher', { SESSION_CIPHER: 'none' }, { cipher: 'none' }],
  ['the size', { SESSION_AES_SIZE: '128' }, { aes: { size: 128 } }],
  ['hash and rounds', { SESSION_AES_HASH: 'sha256', SESSION_AES_ROUNDS: '5' }, { aes: { hash: 'sha256', rounds: 5 } }],
  ['the HMAC', { SESSION_HMAC: 'sha256' }, { hmac: 'sha256' }],
  ['the encoder', { SESSION_ENCODER: 'hex' }, { encoder: 'hex' }],
  ['the compressor', { SESSION_COMPRESSOR: 'zlib' }, { compressor: 'zlib' }],
  ['the length of ids', { SESSION_RANDOM_LENGTH: '32' }, { random: { length: 32 } }],
  ['checks', { SESSION_CHECK_UA: 'off', SESSION_CHECK_SCHEME: '0' }, { check: { ua: false, scheme: false } }],
  [
    'an allowed weakness',
    { SESSION_AES_MODE: 'ctr', SESSION_ALLOW: 'keystream-reuse' },
    { aes: { mode: 'ctr' }, allow: ['keystream-reuse'] },
  ],
  [
    'idletime and lifetime',
    { SESSION_COOKIE_IDLETIME: '60', SESSION_COOKIE_LIFETIME: '600' },
    {},
    { idle: 60, rolling: 600 },
  ],
  ['the name', { SESSION_NAME: 'sid' }, {}, { name: 'sid' }],
])('variables set %s', async (_, env, resty, options) => {
  expect(await dataThrough({ SESSION_SECRET: SECRET, ...env }, resty, options)).toEqual({ n: 1 })
  expect(await dataThrough({ SESSION_SECRET: SECRET }, resty, options)).not.toEqual({ n: 1 })
})

test('older secrets open, and the newest writes', async () => {
  const env = { SESSION_SECRET: OTHER_SECRET, SESSION_SECRET_FALLBACKS: `x, ${SECRET}` }
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  expect(await dataThrough(env)).toEqual({ n: 1 })
  const sessions = createSessions<Record<string, unknown>>({ ...optionsOf(env), now: NOW })
  const jar = newBrowser()
  const session = await sessions.start({ jar, facts: FACTS })
  session.data['n'] = 2
  await session.save()
  const { sessions: newest } = v3Sessions({ secret: OTHER_SECRET })
  expect((await newest.read({ jar: jar.next(), facts: FACTS })).data).toEqual({ n: 2 })
})

test('what upstream has only one of is accepted', () => {
  const env = { SESSION_SECRET: SECRET, SESSION_SERIALIZER: 'json', SESSION_IDENTIFIER: 'random' }
  expect(optionsOf(env).persistence).toMatchObject({ name: 'resty-v3' })
})

test('SESSION_COOKIE_MAXSIZE is the length of one cookie', async () => {
  const sessions = createSessions<Record<string, unknown>>({
    ...optionsOf({ SESSION_SECRET: SECRET, SESSION_COOKIE_MAXSIZE: '60' }),
    now: NOW,
  })
  const jar = newBrowser()
  const session = await sessions.start({ jar, facts: FACTS })
  session.data['n'] = 1
  await session.save()
  expect(jar.setCookies.map(({ value }) => value.length)).toEqual([61, 24])
})

describe('a bad variable is named', () => {
  test.each([
    ['SESSION_CIPHER', 'des'],
    ['SESSION_AES_SIZE', '512'],
    ['SESSION_AES_MODE', 'xts'],
    ['SESSION_AES_HASH', 'sha3'],
    ['SESSION_AES_ROUNDS', '0'],
    ['SESSION_HMAC', 'md5'],
    ['SESSION_ENCODER', 'base32'],
    ['SESSION_COMPRESSOR', 'gzip'],
    ['SESSION_SERIALIZER', 'msgpack'],
    ['SESSION_IDENTIFIER', 'uuid'],
    ['SESSION_RANDOM_LENGTH', '65'],
    ['SESSION_CHECK_ADDR', 'maybe'],
    ['SESSION_COOKIE_MAXSIZE', '5000'],
    ['SESSION_ALLOW', 'everything'],
    ['SESSION_AES_MODES', 'cbc'],
  ])('%s=%s', (name, value) => {
    expect(() => optionsOf({ SESSION_SECRET: SECRET, [name]: value })).toThrow(SessionConfigError)
    expect(() => optionsOf({ SESSION_SECRET: SECRET, [name]: value })).toThrow(name)
  })

  test('SESSION_SECRET_FALLBACKS without SESSION_SECRET', () => {
    expect(() => optionsOf({ SESSION_SECRET_FALLBACKS: SECRET })).toThrow('SESSION_SECRET')
  })

  test('SESSION_COOKIE_ABSOLUTE, which the format cannot keep', () => {
    expect(() => createSessions(optionsOf({ SESSION_SECRET: SECRET, SESSION_COOKIE_ABSOLUTE: '60' }))).toThrow(
      'SESSION_COOKIE_ABSOLUTE',
    )
  })
})

test.each([
  ['redis', 'SESSION_REDIS_PREFIX', 'shop:'],
  ['memcached', 'SESSION_MEMCACHE_PREFIX', 'shop%3A'],
  ['memcache', 'SESSION_MEMCACHE_PREFIX', 'shop%3A'],
  ['dshm', 'SESSION_DSHM_REGION', 'shop::'],
])('the prefix of keys in %s is that of %s', async (storage, variable, start) => {
  const { store, keys } = watchedStore(storage === 'memcache' ? 'memcached' : storage)
  const stores = [{ names: [storage], variables: [variable], create: () => ({ store }) }]
  const env = { SESSION_FORMAT: 'resty-v3', SESSION_SECRET: SECRET, SESSION_STORAGE: storage, [variable]: 'shop' }
  const options = sessionOptionsFromEnv(env, { formats: [restyV3FromEnv], stores })
  const sessions = createSessions<Record<string, unknown>>(options)
  const session = await sessions.start({ jar: newBrowser(), facts: FACTS })
  session.data['n'] = 1
  await session.save()
  expect(keys).toEqual([expect.stringContaining(start)])
})

import { describe, expect, test } from 'vitest'
import { refusalOf } from '../test-support/environment.ts'
import { ownVariables, sessionOptionsFromEnv } from './session-options-from-env.ts'

/** What becomes of a variable: it gives options, does nothing and says so, or is refused with what to do instead. */
type Outcome = { readonly gives: object } | { readonly ignored: string } | { readonly refused: string }

const secret = 'a secret of at least thirty-two bytes'

/** Every `$session_…` variable of lua-resty-session 3.10 but those of its storages, with values that it takes. */
const outcomes: Record<string, readonly (readonly [text: string, outcome: Outcome])[]> = {
  SESSION_NAME: [['session', { gives: { name: 'session' } }]],
  SESSION_SECRET: [[secret, { gives: { secret } }]],
  SESSION_STRATEGY: [
    ['default', { gives: { strategy: 'default' } }],
    ['regenerate', { gives: { strategy: 'regenerate' } }],
  ],
  SESSION_STORAGE: [
    ['cookie', { gives: {} }],
    ['redis', { refused: 'for redis, give sessionOptionsFromEnv `stores: [redisFromEnv]` of @sojourn/redis' }],
    ['memcache', { refused: '`stores: [memcachedFromEnv]` of @sojourn/memcached' }],
    ['memcached', { refused: '`stores: [memcachedFromEnv]` of @sojourn/memcached' }],
    ['shm', { refused: '`stores: [shmFromEnv]` of @sojourn/shm' }],
    ['dshm', { refused: '`stores: [dshmFromEnv]` of @sojourn/dshm' }],
  ],
  SESSION_SERIALIZER: [['json', { gives: { serializer: 'json' } }]],
  SESSION_COMPRESSOR: [
    ['none', { gives: { compressor: 'none' } }],
    ['zlib', { gives: { compressor: 'gzip' } }],
  ],
  SESSION_ENCODER: [
    ['base64', { gives: { encoder: 'base64url' } }],
    ['base16', { gives: { encoder: 'hex' } }],
    ['hex', { gives: { encoder: 'hex' } }],
  ],
  SESSION_CIPHER: [
    ['aes', { gives: { cipher: 'aes' } }],
    ['none', { gives: { cipher: 'none' } }],
  ],
  SESSION_HMAC: [['sha1', { ignored: 'the cipher authenticates by itself' }]],
  SESSION_IDENTIFIER: [['random', { gives: { identifier: 'random' } }]],
  SESSION_RANDOM_LENGTH: [['16', { gives: { idLength: 16 } }]],
  SESSION_AES_SIZE: [128, 192, 256].map((size) => [String(size), { gives: { aes: { size } } }]),
  SESSION_AES_MODE: [
    ...['cbc', 'ctr', 'gcm'].map((mode) => [mode, { gives: { aes: { mode } } }] as const),
    ...['ecb', 'cfb1', 'cfb8', 'cfb128', 'ofb'].map(
      (mode) => [mode, { refused: 'Use gcm, cbc or ctr; others are for SESSION_FORMAT=resty-v3.' }] as const,
    ),
  ],
  SESSION_AES_HASH: [['sha512', { refused: 'SESSION_AES_HASH is for SESSION_FORMAT=resty-v3 only' }]],
  SESSION_AES_ROUNDS: [['1', { refused: 'SESSION_AES_ROUNDS is for SESSION_FORMAT=resty-v3 only' }]],
  SESSION_COOKIE_PATH: [['/', { gives: { cookie: { path: '/' } } }]],
  SESSION_COOKIE_DOMAIN: [['example.org', { gives: { cookie: { domain: 'example.org' } } }]],
  SESSION_COOKIE_SAMESITE: [
    ['Lax', { gives: { cookie: { sameSite: 'lax' } } }],
    ['Strict', { gives: { cookie: { sameSite: 'strict' } } }],
    ['None', { gives: { cookie: { sameSite: 'none' } } }],
    ['off', { refused: 'SESSION_COOKIE_SAMESITE is "off", which is not allowed. Use lax, strict or none.' }],
  ],
  SESSION_COOKIE_SECURE: [['on', { gives: { cookie: { secure: true } } }]],
  SESSION_COOKIE_HTTPONLY: [
    ['on', { ignored: 'HttpOnly is always on' }],
    ['off', { refused: 'a session cookie is always HttpOnly. Remove it.' }],
    ['perhaps', { refused: 'Use on, off, 1, 0, true or false.' }],
  ],
  SESSION_COOKIE_PERSISTENT: [['on', { gives: { persistent: true } }]],
  SESSION_COOKIE_LIFETIME: [['3600', { gives: { rolling: 3600 } }]],
  SESSION_COOKIE_RENEW: [['600', { gives: { renew: 600 } }]],
  SESSION_COOKIE_IDLETIME: [
    ['0', { gives: { idle: false } }],
    ['900', { gives: { idle: 900 } }],
  ],
  SESSION_COOKIE_DISCARD: [['10', { gives: { discard: 10 } }]],
  SESSION_COOKIE_MAXSIZE: [
    ['4000', { gives: { cookie: { maxBytes: 4000 } } }],
    ['4k', { gives: { cookie: { maxBytes: 4096 } } }],
  ],
  SESSION_COOKIE_DELIMITER: [['|', { ignored: 'lua-resty-session documents it and does not read it' }]],
  SESSION_IDENTIFIER_GENERATOR: [['random', { ignored: 'lua-resty-session documents it and does not read it' }]],
  SESSION_CHECK_SSI: [['on', { gives: { bind: ['tlsSession'] } }]],
  SESSION_CHECK_UA: [['1', { gives: { bind: ['userAgent'] } }]],
  SESSION_CHECK_SCHEME: [['true', { gives: { bind: ['scheme'] } }]],
  SESSION_CHECK_ADDR: [['off', { gives: { bind: [] } }]],
}

describe('every variable of lua-resty-session 3.10', () => {
  const cases = Object.entries(outcomes).flatMap(([name, values]) =>
    values.map(([text, outcome]) => ({ name, text, outcome })),
  )

  test.each(cases)('$name=$text: $outcome', ({ name, text, outcome }) => {
    if ('refused' in outcome) return expect(refusalOf({ [name]: text })).toContain(outcome.refused)
    const expected = 'gives' in outcome ? outcome.gives : { ignoredEnvironment: [`${name} (${outcome.ignored})`] }
    expect(sessionOptionsFromEnv({ [name]: text })).toEqual(expected)
  })

  test.each(Object.keys(outcomes))('%s is known when another one is misspelt', (name) => {
    expect(ownVariables()).toContain(name)
    expect(refusalOf({ [`${name}X`]: 'on' })).toContain(name)
  })
})

test.each([
  ['SESSION_REDIS_HOST', 'stores: [redisFromEnv]` of @sojourn/redis'],
  ['SESSION_MEMCACHE_HOST', 'stores: [memcachedFromEnv]` of @sojourn/memcached'],
  ['SESSION_MEMCACHED_HOST', 'stores: [memcachedFromEnv]` of @sojourn/memcached'],
  ['SESSION_SHM_STORE', 'stores: [shmFromEnv]` of @sojourn/shm'],
  ['SESSION_DSHM_REGION', 'stores: [dshmFromEnv]` of @sojourn/dshm'],
])('%s is ignored without the package that reads it, which is told', (name, reader) => {
  expect(sessionOptionsFromEnv({ [name]: 'a' }).ignoredEnvironment).toEqual([`${name} (not read without \`${reader})`])
})

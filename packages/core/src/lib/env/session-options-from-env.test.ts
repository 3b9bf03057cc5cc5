import { describe, expect, test } from 'vitest'
import { refusalOf } from '../test-support/environment.ts'
import { sessionOptionsFromEnv } from './session-options-from-env.ts'
import { variables } from './variables.ts'

const secret = 'a secret of at least thirty-two bytes'

describe('each variable sets its option', () => {
  const expected: Record<string, readonly [text: string, options: object]> = {
    SESSION_SECRET: [secret, { secret }],
    SESSION_NAME: ['__Host-app', { name: '__Host-app' }],
    SESSION_AUDIENCE: ['shop', { audience: 'shop' }],
    SESSION_STORAGE: ['cookie', {}],
    SESSION_FORMAT: ['native', {}],
    SESSION_PERSISTENT: ['on', { persistent: true }],
    SESSION_VERSION: ['3', { version: 3 }],
    SESSION_RANDOM_LENGTH: ['16', { idLength: 16 }],
    SESSION_TRUSTED_HOPS: ['2', { trustedHops: 2 }],
    SESSION_AUTO_TOUCH: ['off', { autoTouch: false }],
    SESSION_TOUCH_EVERY: ['0', { touchEvery: 0 }],
    SESSION_AES_SIZE: ['192', { aes: { size: 192 } }],
    SESSION_AES_MODE: ['CTR', { aes: { mode: 'ctr' } }],
    SESSION_ON_CONFLICT: ['mine', { onConflict: 'mine' }],
    SESSION_COOKIE_IDLETIME: ['900', { idle: 900 }],
    SESSION_COOKIE_LIFETIME: ['3600', { rolling: 3600 }],
    SESSION_COOKIE_ABSOLUTE: ['86400', { absolute: 86_400 }],
    SESSION_COOKIE_RENEW: ['600', { renew: 600 }],
    SESSION_COOKIE_DISCARD: ['10', { discard: 10 }],
    SESSION_COOKIE_PERSISTENT: ['true', { persistent: true }],
    SESSION_COOKIE_PATH: ['/app', { cookie: { path: '/app' } }],
    SESSION_COOKIE_DOMAIN: ['example.org', { cookie: { domain: 'example.org' } }],
    SESSION_COOKIE_SAMESITE: ['Strict', { cookie: { sameSite: 'strict' } }],
    SESSION_COOKIE_SECURE: ['auto', { cookie: { secure: 'auto' } }],
    SESSION_COOKIE_PARTITIONED: ['1', { cookie: { partitioned: true } }],
    SESSION_COOKIE_PRIORITY: ['High', { cookie: { priority: 'high' } }],
    SESSION_COOKIE_MAXSIZE: ['8k', { cookie: { maxBytes: 8192 } }],
    SESSION_COOKIE_CHUNKS: ['2', { cookie: { maxCookies: 2 } }],
    SESSION_REMEMBER_ROLLING: ['604800', { remember: { rolling: 604_800 } }],
    SESSION_REMEMBER_ABSOLUTE: ['2592000', { remember: { absolute: 2_592_000 } }],
    SESSION_CHECK_UA: ['on', { bind: ['userAgent'] }],
    SESSION_CHECK_SCHEME: ['on', { bind: ['scheme'] }],
    SESSION_CHECK_ADDR: ['on', { bind: ['address'] }],
    SESSION_CHECK_SSI: ['on', { bind: ['tlsSession'] }],
  }

  test.each(Object.entries(expected))('%s', (name, [text, options]) => {
    expect(sessionOptionsFromEnv({ [name]: text })).toEqual(options)
  })

  test('and there is no other than these and the older secrets', () => {
    const names = variables.map(({ name }) => name)
    expect(names.sort()).toEqual([...Object.keys(expected), 'SESSION_SECRET_FALLBACKS'].sort())
  })
})

describe('options from the environment', () => {
  test('are none when nothing is set, or only empty texts', () => {
    expect(sessionOptionsFromEnv({})).toEqual({})
    expect(
      sessionOptionsFromEnv({ SESSION_SECRET: '', SESSION_NAME: undefined, SESSION_COOKIE_COLOUR: '', PATH: '/bin' }),
    ).toEqual({})
  })

  test('come together from many variables', () => {
    const env = {
      SESSION_COOKIE_IDLETIME: ' 120 ',
      SESSION_COOKIE_PATH: '/app',
      SESSION_COOKIE_SECURE: 'on',
      SESSION_CHECK_SCHEME: 'on',
      SESSION_CHECK_UA: '1',
      SESSION_CHECK_ADDR: 'off',
    }
    expect(sessionOptionsFromEnv(env)).toEqual({
      idle: 120,
      cookie: { path: '/app', secure: true },
      bind: ['userAgent', 'scheme'],
    })
  })

  test.each(['on', 'ON', '1', 'true', 'True'])('read %s as on', (text) => {
    expect(sessionOptionsFromEnv({ SESSION_AUTO_TOUCH: text }).autoTouch).toBe(true)
  })

  test.each(['off', 'Off', '0', 'false'])('read %s as off', (text) => {
    expect(sessionOptionsFromEnv({ SESSION_AUTO_TOUCH: text }).autoTouch).toBe(false)
  })

  test.each(['SESSION_COOKIE_IDLETIME', 'SESSION_COOKIE_LIFETIME', 'SESSION_COOKIE_ABSOLUTE'])(
    'take 0 and off of %s as no deadline',
    (name) => {
      const [zero, off] = ['0', 'off'].map((text) => Object.values(sessionOptionsFromEnv({ [name]: text })))
      expect([zero, off]).toEqual([[false], [false]])
    },
  )

  test('turn all checks off explicitly', () => {
    expect(sessionOptionsFromEnv({ SESSION_CHECK_UA: 'off' })).toEqual({ bind: [] })
  })

  test('put older secrets behind the newest', () => {
    const env = { SESSION_SECRET: 'newest, with a comma', SESSION_SECRET_FALLBACKS: 'older , oldest' }
    expect(sessionOptionsFromEnv(env).secret).toEqual(['newest, with a comma', 'older', 'oldest'])
  })

  test('accept two names of one option when they agree, and refuse them when they do not', () => {
    const agreed = { SESSION_PERSISTENT: 'on', SESSION_COOKIE_PERSISTENT: '1' }
    expect(sessionOptionsFromEnv(agreed)).toEqual({ persistent: true })
    const message = refusalOf({ ...agreed, SESSION_PERSISTENT: 'off' })
    expect(message).toContain('SESSION_PERSISTENT and SESSION_COOKIE_PERSISTENT contradict each other')
  })
})

describe('a bad value is refused with its variable, itself and what is allowed', () => {
  test.each([
    ['SESSION_COOKIE_IDLETIME', '15m', 'a whole number of seconds; 0 or off switches it off'],
    ['SESSION_COOKIE_LIFETIME', '-1', 'a whole number of seconds; 0 or off switches it off'],
    ['SESSION_COOKIE_ABSOLUTE', '1e3', 'a whole number of seconds; 0 or off switches it off'],
    ['SESSION_COOKIE_RENEW', 'off', 'a whole number of seconds, 0 or more'],
    ['SESSION_TOUCH_EVERY', '1.5', 'a whole number of seconds, 0 or more'],
    ['SESSION_REMEMBER_ROLLING', '0', 'a whole number of seconds, 1 or more'],
    ['SESSION_TRUSTED_HOPS', '99999999999999999999', 'a whole number of proxies, 0 or more'],
    ['SESSION_RANDOM_LENGTH', '8', 'a whole number of bytes, 16 to 64'],
    ['SESSION_VERSION', '65536', 'a whole number, 0 to 65535'],
    ['SESSION_COOKIE_MAXSIZE', '4 kB', 'a size such as 500k, 10m or 1g'],
    ['SESSION_COOKIE_CHUNKS', '0', 'a whole number of cookies, 1 or more'],
    ['SESSION_PERSISTENT', 'yes', 'on, off, 1, 0, true or false'],
    ['SESSION_COOKIE_SECURE', 'maybe', 'on, off or auto'],
    ['SESSION_COOKIE_SAMESITE', 'off', 'lax, strict or none'],
    ['SESSION_COOKIE_PRIORITY', 'urgent', 'low, medium or high'],
    ['SESSION_AES_SIZE', '512', '128, 192 or 256'],
    ['SESSION_ON_CONFLICT', 'ours', 'merge, mine, theirs or throw'],
    ['SESSION_NAME', ' ', 'text that is not blank'],
  ])('%s = %s', (name, text, allowed) => {
    expect(refusalOf({ [name]: text })).toContain(
      `${name} is ${JSON.stringify(text)}, which is not allowed. Use ${allowed}.`,
    )
  })

  test('but a long value is cut and a control character is not printed', () => {
    const message = refusalOf({ SESSION_CIPHER: `\u001b[31m${'x'.repeat(10_000)}` })
    expect(message.length).toBeLessThan(200)
    expect(message).not.toContain('\u001b')
  })

  test('but secrets are never shown', () => {
    const messages = [
      refusalOf({ SESSION_SECRET_FALLBACKS: `${secret},`, SESSION_SECRET: secret }),
      refusalOf({ SESSION_SECRET_FALLBACKS: secret }),
    ]
    for (const message of messages) expect(message).not.toContain(secret)
    expect(messages[0]).toContain('SESSION_SECRET_FALLBACKS has an empty entry')
    expect(messages[1]).toContain('Set SESSION_SECRET to the newest one')
  })
})

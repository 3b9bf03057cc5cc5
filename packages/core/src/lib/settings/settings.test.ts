import { afterEach, describe, expect, it, test, vi } from 'vitest'
import type { SessionOptions } from '../contracts/options.ts'
import { SessionConfigError } from '../errors.ts'
import { isProduction, settingsOf } from './settings.ts'

type Options = SessionOptions<object>

/** Options as JavaScript, a JSON file or the environment may give them. */
const wrong = (options: Record<string, unknown>): string => {
  try {
    settingsOf(options as Options)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return String((error as Error).message)
  }
  throw new Error('These options were accepted.')
}

afterEach(() => vi.unstubAllEnvs())

describe('a wrong option is an error that names it and what it must be', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ name: '' }, '`name` is ""; it must be a cookie name of letters, digits, - and _.'],
    [{ name: 'a b' }, '`name` is "a b"'],
    [{ name: 'session.2' }, '`name` is "session.2"'],
    [{ name: 'a;b' }, '`name` is "a;b"'],
    [{ name: 'a=b' }, '`name` is "a=b"'],
    [{ name: 'séance' }, '`name` is "séance"'],
    [{ name: 'session\r\nSet-Cookie: a' }, '`name` is "session\\r\\nSet-Cookie: a"'],
    [{ name: 'session\0' }, '`name` is'],
    [{ name: '\u00a0session' }, '`name` is'],
    [{ name: 'n'.repeat(129) }, '`name` is'],
    [{ name: '__host-session' }, 'the exact spelling __Host- or __Secure-'],
    [{ name: '__HOST-session' }, 'the exact spelling'],
    [{ name: '__secure-session' }, 'the exact spelling'],
    [{ name: '__http-session' }, 'the exact spelling'],
    [{ name: '__Host-http-session' }, 'the exact spelling'],
    [{ name: '__Host-session', cookie: { domain: 'example.com' } }, 'a __Host- cookie has no `domain` and the path /'],
    [{ name: '__Host-session', cookie: { path: '/app' } }, '`name` is "__Host-session"; it must be __Secure-… instead'],
    [{ name: '__Host-Http-session', cookie: { path: '/app' } }, '__Secure-… instead'],
    [{ name: '__Host-session', cookie: { secure: false } }, '`cookie.secure` is false; it must be true'],
    [{ name: '__Secure-session', cookie: { secure: false } }, '`cookie.secure` is false'],
    [{ name: '__Http-session', cookie: { secure: false } }, '`cookie.secure` is false'],
    [{ cookie: { sameSite: 'none', secure: false } }, '`cookie.secure` is false'],
    [{ cookie: { partitioned: true, secure: false } }, '`cookie.secure` is false'],
    [{ cookie: { sameSite: 'Lax' } }, '`cookie.sameSite` is "Lax"; it must be lax | strict | none.'],
    [{ cookie: { sameSite: true } }, '`cookie.sameSite` is true'],
    [{ cookie: { priority: 'urgent' } }, '`cookie.priority` is "urgent"; it must be low | medium | high.'],
    [{ cookie: { path: '' } }, '`cookie.path` is ""; it must be a path that starts with /'],
    [{ cookie: { path: 'app' } }, '`cookie.path` is "app"'],
    [{ cookie: { path: '/; Secure=x' } }, '`cookie.path` is'],
    [{ cookie: { path: '/a,b' } }, '`cookie.path` is'],
    [{ cookie: { path: '/\r\nSet-Cookie: a=b' } }, '`cookie.path` is'],
    [{ cookie: { path: '/\x7f' } }, '`cookie.path` is'],
    [{ cookie: { path: '/ä' } }, '`cookie.path` is'],
    [{ cookie: { path: `/${'p'.repeat(1024)}` } }, '`cookie.path` is'],
    [{ cookie: { domain: '' } }, '`cookie.domain` is ""; it must be a host name.'],
    [{ cookie: { domain: 'example.com; Path=/' } }, '`cookie.domain` is'],
    [{ cookie: { domain: 'example.com\n' } }, '`cookie.domain` is'],
    [{ cookie: { domain: 'https://example.com' } }, '`cookie.domain` is'],
    [{ cookie: { domain: 'example..com' } }, '`cookie.domain` is'],
    [{ cookie: { domain: 'exämple.com' } }, '`cookie.domain` is'],
    [{ cookie: { domain: `${'a.'.repeat(126)}com` } }, '`cookie.domain` is'],
    [{ cookie: { maxCookies: 0 } }, '`cookie.maxCookies` is 0; it must be a whole number from 1 to 9.'],
    [{ cookie: { maxCookies: 10 } }, '`cookie.maxCookies` is 10'],
    [{ cookie: { maxBytes: 255 } }, '`cookie.maxBytes` is 255; it must be a whole number from 256 to 36864.'],
    [{ idle: 0 }, '`idle` is 0; it must be a whole number from 1 to 34560000 seconds, or false.'],
    [{ idle: -1 }, '`idle` is -1'],
    [{ idle: 1.5 }, '`idle` is 1.5'],
    [{ idle: Number.NaN }, '`idle` is NaN'],
    [{ idle: Number.POSITIVE_INFINITY }, '`idle` is Infinity'],
    [{ idle: '900' }, '`idle` is "900"'],
    [{ idle: true }, '`idle` is true'],
    [{ idle: 900n }, '`idle` is 900'],
    [{ rolling: 34_560_001 }, '`rolling` is 34560001'],
    [{ absolute: '1d' }, '`absolute` is "1d"'],
    [{ renew: 3600 }, '`renew` is 3600; it must be less than `rolling` (3600 seconds).'],
    [{ renew: 60, rolling: 60 }, '`renew` is 60'],
    [{ renew: -1 }, '`renew` is -1'],
    [{ touchEvery: 900 }, '`touchEvery` is 900; it must be less than `idle` (900 seconds).'],
    [{ touchEvery: '60' }, '`touchEvery` is "60"'],
    [{ discard: 3601 }, '`discard` is 3601; it must be a whole number from 0 to 3600 seconds.'],
    [{ remember: { rolling: 0 } }, '`remember.rolling` is 0'],
    [{ remember: { absolute: 34_560_001 } }, '`remember.absolute` is 34560001'],
    [{ strategy: 'constructor' }, '`strategy` is "constructor"; it must be default | regenerate.'],
    [{ strategy: 1 }, '`strategy` is 1'],
    [{ onConflict: 'ours' }, '`onConflict` is "ours"; it must be merge | mine | theirs | throw.'],
    [{ bind: ['user-agent'] }, '`bind` is "user-agent"; it must be userAgent | scheme | address | tlsSession.'],
    [{ bind: ['host'] }, '`bind` is "host"'],
    [{ trustedHops: -1 }, '`trustedHops` is -1'],
    [{ trustedHops: '1' }, '`trustedHops` is "1"'],
    [{ version: 65_536 }, '`version` is 65536'],
    [{ idLength: 15 }, '`idLength` is 15; it must be a whole number from 16 to 64.'],
    [{ idLength: 65 }, '`idLength` is 65'],
  ])('%o', (options, message) => {
    expect(wrong(options)).toContain(message)
  })
})

describe('a right option is taken as it is', () => {
  test.each<Options>([
    { name: 'n'.repeat(128) },
    { name: "!#$%&'*+-^_`|~09AZaz" },
    { name: '__Host-session' },
    { name: '__Secure-session', cookie: { domain: '.example.com', path: '/app' } },
    { name: '__Http-session', cookie: { path: '/app' } },
    { name: '__Host-Http-session' },
    { name: '__host_session', cookie: { secure: false } },
    { name: '__proto__' },
    { cookie: { path: `/${'p'.repeat(1023)}`, domain: 'xn--exmple-cua.com' } },
    { cookie: { path: '/a b/~!@#$%^&*()_+={}[]|:<>?\'"', maxCookies: 9, maxBytes: 36_864 } },
    { idle: 1, rolling: 1, absolute: 1 },
    { idle: 34_560_000, rolling: 34_560_000, absolute: 34_560_000 },
    { idle: false, rolling: false, absolute: false, renew: 0, touchEvery: 0, discard: 0 },
    { rolling: false, renew: 86_400 },
    { bind: ['userAgent', 'scheme', 'address', 'tlsSession'] },
    { strategy: () => 'keep' },
    { idLength: 16 },
    { idLength: 64, version: 65_535, trustedHops: 100 },
  ])('%o', (options) => {
    expect(() => settingsOf(options)).not.toThrow()
  })
})

describe('the cookie', () => {
  const cookie = (options: Options = {}) => {
    const { name, attributes } = settingsOf(options)
    return { name, ...attributes }
  }

  it.each(['development', 'test'])('R16: is named session, without Secure, in %s', (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    expect(cookie()).toEqual({ name: 'session', path: '/', httpOnly: true, secure: false, sameSite: 'lax' })
  })

  it.each(['production', 'staging', '', 'Development'])(
    'R17: is __Host-session, with Secure, when NODE_ENV is %j',
    (mode) => {
      vi.stubEnv('NODE_ENV', mode)
      expect(cookie()).toEqual({ name: '__Host-session', path: '/', httpOnly: true, secure: true, sameSite: 'lax' })
    },
  )

  it('is made for production where there is no NODE_ENV, and no process', () => {
    vi.stubEnv('NODE_ENV', undefined)
    expect(isProduction()).toBe(true)
    vi.stubGlobal('process', undefined)
    expect(isProduction()).toBe(true)
    vi.unstubAllGlobals()
  })

  it('is __Secure-session where __Host- cannot be', () => {
    expect(cookie({ cookie: { secure: true, domain: 'example.com' } }).name).toBe('__Secure-session')
    expect(cookie({ cookie: { secure: true, path: '/app' } }).name).toBe('__Secure-session')
  })

  it.each<Options>([
    { name: '__Host-a' },
    { name: '__Secure-a' },
    { name: '__Http-a' },
    { cookie: { sameSite: 'none' } },
    { cookie: { partitioned: true } },
  ])('R19, R20: is Secure where %o demands it', (options) => {
    expect(cookie(options).secure).toBe(true)
  })

  it('R18: is always HttpOnly', () => {
    expect(cookie({ cookie: { httpOnly: false } as object }).httpOnly).toBe(true)
  })
})

describe('times', () => {
  const times = (options: Options = {}) => settingsOf(options).times

  it('have the documented defaults', () => {
    expect(times()).toEqual({
      idle: 900,
      rolling: 3600,
      absolute: 86_400,
      renew: 600,
      touchEvery: 60,
      discard: 10,
      rememberRolling: 604_800,
      rememberAbsolute: 2_592_000,
    })
  })

  it('that depend on a deadline are at most half of it by default', () => {
    expect(times({ idle: 31, rolling: 61 })).toMatchObject({ touchEvery: 15, renew: 30 })
    expect(times({ idle: 1, rolling: 1 })).toMatchObject({ touchEvery: 0, renew: 0 })
    expect(times({ idle: false, rolling: false })).toMatchObject({ touchEvery: 60, renew: 600 })
  })
})

it('bound facts are the same set in whatever order, and however often, they are listed', () => {
  const bind = ['tlsSession', 'userAgent', 'scheme', 'userAgent'] as const
  expect(settingsOf({ bind }).bind).toEqual(['userAgent', 'scheme', 'tlsSession'])
})

describe('the strategy', () => {
  const facts = { age: 0, signIn: false } as const

  it.each([
    ['default', 'regenerate', false, 'rotate'],
    ['default', 'save', false, 'keep'],
    ['default', 'regenerate', true, 'keep'],
    ['regenerate', 'save', false, 'rotate'],
    ['regenerate', 'regenerate', false, 'rotate'],
    ['regenerate', 'save', true, 'keep'],
  ] as const)('%s: a %s, handed off: %s, means %s', (strategy, verb, handedOff, decision) => {
    expect(settingsOf({ strategy }).strategy({ ...facts, verb, handedOff })).toBe(decision)
  })

  it('may be a function of the app', () => {
    const settings = settingsOf({ strategy: ({ age }) => (age > 60 ? 'rotate' : 'keep') })
    expect(settings.strategyName).toBe('own function')
    expect(settings.strategy({ ...facts, verb: 'save', handedOff: false, age: 61 })).toBe('rotate')
  })
})

import { describe, expect, it, test } from 'vitest'
import {
  SessionClosedError,
  SessionConfigError,
  SessionConflictError,
  SessionDataError,
  type SessionError,
  SessionGoneError,
  SessionReadOnlyError,
  SessionTooLargeError,
  SessionUnavailableError,
} from '../errors.ts'
import { errorResponse, isAnswerable, protectFromCaches, varyByCookie, writeSessionHeaders } from './response.ts'

describe('R30: a response that sets a session cookie', () => {
  test.each([
    [null, 'private, no-store'],
    ['public, max-age=600', 'private, no-store'],
    ['no-cache', 'private, no-store'],
    ['max-age=0, s-maxage=600', 'private, no-store'],
    ['x-no-storey=1', 'private, no-store'],
    ['no-store', 'no-store'],
    ['NO-STORE', 'NO-STORE'],
    ['no-store, no-cache, must-revalidate', 'no-store, no-cache, must-revalidate'],
    ['private, no-store', 'private, no-store'],
  ])('with Cache-Control %j has %j', (before, after) => {
    const headers = new Headers(before === null ? {} : { 'cache-control': before })
    protectFromCaches(headers)
    expect(headers.get('cache-control')).toBe(after)
    protectFromCaches(headers)
    expect(headers.get('cache-control')).toBe(after)
  })

  test.each([
    [null, 'Cookie'],
    ['Accept-Encoding', 'Accept-Encoding, Cookie'],
    ['X-Cookie', 'X-Cookie, Cookie'],
    ['Cookies', 'Cookies, Cookie'],
    ['Cookie', 'Cookie'],
    ['cookie, Accept', 'cookie, Accept'],
    ['Accept ,COOKIE', 'Accept ,COOKIE'],
    ['*', '*'],
  ])('with Vary %j has %j', (before, after) => {
    const headers = new Headers(before === null ? {} : { vary: before })
    varyByCookie(headers)
    varyByCookie(headers)
    expect(headers.get('vary')).toBe(after)
  })

  it('R57: keeps the cookies that others set, and gets its own behind them', () => {
    const headers = new Headers([
      ['set-cookie', 'theme=dark; Path=/'],
      ['set-cookie', 'lang=en, de; Expires=Wed, 21 Oct 2099 07:28:00 GMT'],
    ])
    writeSessionHeaders(headers, ['session=a; Path=/', 'session.2=b; Path=/'])
    expect(headers.getSetCookie()).toEqual([
      'theme=dark; Path=/',
      'lang=en, de; Expires=Wed, 21 Oct 2099 07:28:00 GMT',
      'session=a; Path=/',
      'session.2=b; Path=/',
    ])
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toBe('Cookie')
  })

  it('is any other response when there is no cookie to set', () => {
    const headers = new Headers({ 'cache-control': 'public' })
    writeSessionHeaders(headers, [])
    expect([...headers]).toEqual([['cache-control', 'public']])
  })
})

describe('the answer to a session error', () => {
  const errors: [SessionError, number, string][] = [
    [new SessionConflictError('Another request changed `cart` as well.', ['cart']), 409, 'session_conflict'],
    [new SessionGoneError('The session was destroyed.'), 410, 'session_gone'],
    [new SessionTooLargeError('The session takes 13000 octets.', { large: 13_000 }), 413, 'session_too_large'],
    [
      new SessionUnavailableError('The redis store did not read.', { cause: new Error('10.0.0.9') }),
      503,
      'session_unavailable',
    ],
  ]

  it.each(errors)('%o has its status and code', async (error, status, code) => {
    expect(isAnswerable(error)).toBe(true)
    const response = errorResponse(error)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.json()).toEqual({ error: { code, message: expect.any(String) } })
  })

  it('R42: says when to try again where the store was down, and nothing of the store', async () => {
    const [error] = errors[3] ?? []
    const response = errorResponse(error as SessionError)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(await response.text()).not.toMatch(/redis|10\.0\.0\.9/)
    const others = errors.slice(0, 3).map(([other]) => errorResponse(other).headers.get('retry-after'))
    expect(others).toEqual([null, null, null])
  })

  it.each([
    new SessionConfigError('x'),
    new SessionDataError('x', 'a'),
    new SessionReadOnlyError('x'),
    new SessionClosedError('x'),
    new Error('x'),
    { status: 409, code: 'session_conflict' },
    undefined,
  ])('is none to %o, a mistake of the app', (error) => {
    expect(isAnswerable(error)).toBe(false)
  })
})

import { describe, expect, it, test } from 'vitest'
import { clientFacts, isPrefetch, type RequestSource } from './facts.ts'

const source = (headers: Record<string, string>, rest: Omit<RequestSource, 'headers'> = {}): RequestSource => ({
  headers: new Headers(headers),
  ...rest,
})
const connection = { scheme: 'http', address: '192.0.2.1' } as const

describe('what is known of a client', () => {
  it('comes from its connection and two headers', () => {
    const headers = { 'user-agent': 'Firefox', host: 'example.com' }
    expect(clientFacts(source(headers, connection), 0)).toEqual({
      userAgent: 'Firefox',
      host: 'example.com',
      ...connection,
    })
  })

  it('is nothing where nothing is told', () => {
    expect(clientFacts(source({}), 0)).toEqual({})
    expect(clientFacts(source({}), 1)).toEqual({})
  })

  test.each([
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'forwarded',
    'x-real-ip',
    'x-client-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'x-forwarded-scheme',
    'x-forwarded-ssl',
    'front-end-https',
  ])('R54: does not change with %s, which anybody can send', (header) => {
    const host = { host: 'example.com' }
    for (const value of ['203.0.113.9', 'https', 'on', 'for=203.0.113.9;proto=https']) {
      const forged = source({ ...host, [header]: value }, connection)
      expect(clientFacts(forged, 0)).toEqual({ ...host, ...connection })
      if (header !== 'x-forwarded-for' && header !== 'x-forwarded-proto')
        expect(clientFacts(forged, 1)).toEqual({ ...host, scheme: 'http' })
    }
  })
})

describe('R54: behind trusted proxies', () => {
  const address = (list: string, hops: number) =>
    clientFacts(source({ 'x-forwarded-for': list }, connection), hops).address
  const scheme = (list: string, hops: number) =>
    clientFacts(source({ 'x-forwarded-proto': list }, connection), hops).scheme

  test.each([
    ['198.51.100.7', 1, '198.51.100.7'],
    ['forged, 198.51.100.7', 1, '198.51.100.7'],
    ['forged, also forged, 198.51.100.7', 1, '198.51.100.7'],
    ['198.51.100.7, 10.0.0.1', 2, '198.51.100.7'],
    ['forged, 198.51.100.7, 10.0.0.1', 2, '198.51.100.7'],
    ['forged,198.51.100.7 ,\t10.0.0.1', 2, '198.51.100.7'],
    [', ,forged, 198.51.100.7', 1, '198.51.100.7'],
    ['forged, 2001:db8::1, 10.0.0.2, 10.0.0.1', 3, '2001:db8::1'],
  ])('the address in %j with %i of them is %s', (list, hops, expected) => {
    expect(address(list, hops)).toBe(expected)
  })

  it('the address is the first there is when fewer of them wrote one', () => {
    expect(address('198.51.100.7', 2)).toBe('198.51.100.7')
  })

  it('the address is not that of the proxy when none of them wrote one', () => {
    expect(address('', 1)).toBeUndefined()
    expect(address(' , ', 1)).toBeUndefined()
    expect(clientFacts(source({}, connection), 1).address).toBeUndefined()
  })

  it('a header sent in two fields is one list', () => {
    const headers = new Headers([
      ['x-forwarded-for', 'forged'],
      ['x-forwarded-for', '198.51.100.7'],
    ])
    expect(clientFacts({ headers, ...connection }, 1).address).toBe('198.51.100.7')
  })

  test.each([
    ['https', 1, 'https'],
    ['https', 2, 'https'],
    ['https, http', 2, 'https'],
    ['https, http', 1, 'http'],
    ['http, https', 1, 'https'],
    ['https, http, http', 2, 'http'],
  ] as const)('the scheme in %j with %i of them is %s', (list, hops, expected) => {
    expect(scheme(list, hops)).toBe(expected)
  })

  test.each(['', 'ws', 'javascript', 'HTTPS:', '__proto__'])(
    'the scheme is that of the connection where they say %j',
    (list) => {
      expect(scheme(list, 1)).toBe('http')
    },
  )
})

describe('a prefetch', () => {
  test.each([
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { 'sec-purpose': 'prefetch;anonymous-client-ip' },
    { purpose: 'prefetch' },
    { 'x-moz': 'prefetch' },
    { 'next-router-prefetch': '1' },
  ])('says so: %o', (headers) => {
    expect(isPrefetch(new Headers(headers as Record<string, string>))).toBe(true)
  })

  test.each([{}, { purpose: 'view' }, { 'sec-fetch-mode': 'navigate' }, { accept: 'prefetch' }])(
    'is not %o',
    (headers) => {
      expect(isPrefetch(new Headers(headers as Record<string, string>))).toBe(false)
    },
  )
})

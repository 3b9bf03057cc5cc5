import { createSessions, HeaderJar, memoryStore, type SessionOptions, type SessionStore } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { ask, cookieHeader, shown } from '../test/http.ts'
import { mintSession } from '../test/mint.ts'
import { touchSession } from './proxy.ts'

const idleOf = async (cookie: string, headers = {}) => Number(shown(await ask('/page', { cookie, headers })).idle)
const prefetch = { 'sec-purpose': 'prefetch;prerender' }
const due = () => mintSession('Reader', 120)

describe('touchSession', () => {
  test('touches when due, with one cookie that no cache keeps', async () => {
    const { setCookie, headers } = await ask('/page?proxy=redirect', { cookie: await due() })
    expect(setCookie).toEqual([
      expect.stringMatching(/^__Host-session=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=lax$/),
    ])
    expect(headers['cache-control']).toBe('private, no-store')
    expect(headers.vary).toMatch(/\bCookie\b/)
  })

  test('shows the touched session to the page of the same request', async () => {
    const cookie = await due()
    const before = await idleOf(cookie, prefetch)
    expect(await idleOf(cookie)).toBeGreaterThanOrEqual(before + 120_000)
  })

  test('keeps an active reader signed in', async () => {
    const { setCookie } = await ask('/page', { cookie: await due() })
    const cookie = cookieHeader(setCookie)
    expect(shown(await ask('/page', { cookie }))).toMatchObject({ name: 'Reader' })
    expect((await ask('/page', { cookie })).setCookie).toEqual([])
  })

  test.each([
    ['an anonymous visitor', async () => ask('/page')],
    ['a session that was touched a moment ago', async () => ask('/page', { cookie: await mintSession('Reader') })],
    ["a browser's prefetch", async () => ask('/page', { cookie: await due(), headers: prefetch })],
    [
      "the router's prefetch",
      async () => ask('/page', { cookie: await due(), headers: { 'next-router-prefetch': '1' } }),
    ],
    ['a form post', async () => ask('/page', { method: 'POST', cookie: await due() })],
    ['an expired session', async () => ask('/page', { cookie: await mintSession('Reader', 1000) })],
    [
      'a session sent by a client it is not bound to',
      async () => ask('/page', { cookie: await due(), headers: { 'x-tls-session': 'other' } }),
    ],
    ['a broken cookie', async () => ask('/page', { cookie: `${await due()}x` })],
    ['two sessions under one name', async () => ask('/page', { cookie: `${await due()}; ${await due()}` })],
  ])('sets nothing for %s', async (_who, visit) => {
    const { setCookie, headers } = await visit()
    expect(setCookie).toEqual([])
    expect(headers.vary).not.toMatch(/\bCookie\b/)
  })

  test('keeps the other cookies of the response as the app wrote them', async () => {
    const { setCookie } = await ask('/page?proxy=cookies', { cookie: await due() })
    expect(setCookie).toEqual([
      'set=a%20b; Path=/',
      'appended=a%2Cb; path=/; SameSite=Strict',
      expect.stringMatching(/^__Host-session=/),
    ])
  })

  test.each([
    ['a redirect', 'redirect', 307],
    ['a redirect that cannot be changed', 'immutable', 302],
    ['a rewrite', 'rewrite', 200],
  ])('composes with %s', async (_what, proxy, status) => {
    const answer = await ask(`/static?proxy=${proxy}`, { cookie: await due() })
    expect(answer.status).toBe(status)
    expect(answer.setCookie).toEqual([expect.stringMatching(/^__Host-session=/)])
  })

  test('keeps a page that was made at build time out of caches when it carries a cookie', async () => {
    const touched = await ask('/static', { cookie: await due() })
    expect(touched.setCookie).toHaveLength(1)
    expect(touched.headers['cache-control']).toBe('private, no-store')
    expect((await ask('/static')).headers['cache-control']).toMatch(/\bs-maxage=/)
  })

  test('stands beside a proxy that reads the session itself', async () => {
    expect((await ask('/page?proxy=guard')).headers.location).toMatch(/\/static$/)
    const answer = await ask('/page?proxy=guard', { cookie: await due() })
    expect(answer.status).toBe(200)
    expect(answer.setCookie).toHaveLength(1)
  })
})

describe('touchSession outside of Next', () => {
  const store = memoryStore()
  const visit = async (options: Partial<SessionOptions<{ name: string }>> & { readonly store?: SessionStore }) => {
    let now = Date.now()
    const common = { secret: 'of this test, 32 bytes or more, really', now: () => now }
    const jar = new HeaderJar(null)
    const session = await createSessions<{ name: string }>({ ...common, ...options }).open({ jar })
    session.data.name = 'Reader'
    await session.save()
    now += 120_000
    const headers = new Headers({ cookie: cookieHeader(jar.lines) })
    const sessions = createSessions<{ name: string }>({ ...common, ...options, ...failing(options.store) })
    const response = new Response('page')
    const answer = await touchSession(sessions, { method: 'GET', headers }, response)
    return { isSame: answer === response, setCookie: answer.headers.getSetCookie() }
  }
  const failing = (given: SessionStore | undefined) =>
    given && { store: { ...given, keyOf: given.keyOf.bind(given), read: () => Promise.reject(new Error('no answer')) } }

  test('works on a plain response', async () => {
    expect(await visit({})).toEqual({ isSame: true, setCookie: [expect.stringMatching(/session=/)] })
  })

  test('leaves it to the page what it means that the store gives no answer', async () => {
    expect(await visit({ store })).toEqual({ isSame: true, setCookie: [] })
  })

  test('does nothing where autoTouch is off', async () => {
    expect(await visit({ autoTouch: false })).toEqual({ isSame: true, setCookie: [] })
  })
})

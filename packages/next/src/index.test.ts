import { readFile } from 'node:fs/promises'
import { describe, expect, inject, test } from 'vitest'
import { ask, cookieHeader, form, shown } from '../test/http.ts'
import { mintSession } from '../test/mint.ts'

const sessionLines = (lines: readonly string[]) => lines.filter((line) => line.startsWith('__Host-session'))

describe('a route handler', () => {
  test('sets the session cookie beside the cookies of the app', async () => {
    const { setCookie } = await ask('/saved')
    expect(setCookie).toHaveLength(3)
    expect(setCookie).toContain('own=1; Path=/')
    expect(setCookie.find((line) => line.startsWith('other='))).toMatch(/^other=a%20b; Path=\/; SameSite=strict$/i)
    expect(sessionLines(setCookie)).toEqual([
      expect.stringMatching(/^__Host-session=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=lax$/i),
    ])
  })

  test('gets the same handle however often it asks, and sees what it saved', async () => {
    const { body } = await ask('/saved')
    expect(JSON.parse(body)).toEqual({ name: 'saved', isSameHandle: true })
  })

  test('hands its session on to the next request', async () => {
    const cookie = cookieHeader((await ask('/saved')).setCookie)
    expect(JSON.parse((await ask('/wrapped', { method: 'POST', cookie })).body)).toMatchObject({ name: 'saved' })
  })

  test('is told by the app what Next does not know of the client', async () => {
    const headers = { 'x-tls-session': 'of another client' }
    const { body } = await ask('/wrapped', { method: 'POST', cookie: await mintSession('stolen'), headers })
    expect(JSON.parse(body)).toEqual({ name: null, refusal: 'bound-elsewhere' })
  })

  test('refuses two sessions under one name, and a value that is only the same once decoded', async () => {
    const [one, two] = [await mintSession('one'), await mintSession('two')]
    const ambiguous = await ask('/wrapped', { method: 'POST', cookie: `${one}; ${two}` })
    expect(JSON.parse(ambiguous.body)).toEqual({ name: null, refusal: 'ambiguous' })
    const encoded = await ask('/wrapped', { method: 'POST', cookie: one.replace('=U', '=%55') })
    expect(JSON.parse(encoded.body)).toEqual({ name: null, refusal: 'malformed' })
  })

  test('sets no Secure cookie for plain http from another host', async () => {
    const host = 'shop.example'
    expect((await ask('/saved', { headers: { host } })).setCookie).toHaveLength(2)
    const behindTls = await ask('/saved', { headers: { host, 'x-forwarded-proto': 'https' } })
    expect(behindTls.setCookie).toHaveLength(3)
  })
})

describe('withSession around a route handler', () => {
  test('saves at the end and keeps the response out of caches', async () => {
    const { setCookie, headers } = await ask('/wrapped')
    expect(sessionLines(setCookie)).toHaveLength(1)
    expect(setCookie).toContain('own=1; Path=/')
    expect(headers['cache-control']).toBe('private, no-store')
    expect(headers.vary).toMatch(/\bAccept, Cookie\b/)
    expect(shown(await ask('/page', { cookie: cookieHeader(setCookie) }))).toMatchObject({ name: 'wrapped' })
  })

  test.each([
    ['redirect', 307],
    ['not-found', 404],
    ['immutable', 302],
  ])('saves when it ends with %s', async (end, status) => {
    const answer = await ask(`/wrapped?end=${end}`)
    expect(answer.status).toBe(status)
    expect(sessionLines(answer.setCookie)).toHaveLength(1)
    if (status !== 307) expect(answer.headers['cache-control']).toBe('private, no-store')
  })

  test.each([
    ['throw', 500],
    ['fail', 502],
  ])('drops what is unsaved when it ends with %s', async (end, status) => {
    const answer = await ask(`/wrapped?end=${end}`)
    expect(answer.status).toBe(status)
    expect(answer.setCookie).toEqual([])
  })

  test('answers with the error when saving fails', async () => {
    const answer = await ask('/wrapped?end=too-large')
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'session_too_large' } })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.setCookie).toEqual([])
  })

  test('closes the session: a body that goes on cannot save', async () => {
    expect((await ask('/wrapped?end=late')).body).toBe('session_closed')
  })

  test('touches when due, but not for a prefetch', async () => {
    const cookie = await mintSession('reader', 120)
    expect(sessionLines((await ask('/wrapped', { method: 'POST', cookie })).setCookie)).toHaveLength(1)
    const prefetch = await ask('/wrapped', { method: 'POST', cookie, headers: { 'sec-purpose': 'prefetch' } })
    expect(prefetch.setCookie).toEqual([])
    const fresh = await ask('/wrapped', { method: 'POST', cookie: await mintSession('reader') })
    expect(fresh.setCookie).toEqual([])
  })

  test('says that the response depends on the cookie when it was only read', async () => {
    const { headers } = await ask('/wrapped', { method: 'POST' })
    expect(headers.vary).toMatch(/\bCookie\b/)
    expect(headers['cache-control']).toBeUndefined()
  })

  test('leaves alone a session that was not asked for', async () => {
    const answer = await ask('/wrapped', { method: 'PUT', cookie: await mintSession('reader', 120) })
    expect(answer.body).toBe('no session')
    expect(answer.setCookie).toEqual([])
    expect(answer.headers.vary).not.toMatch(/\bCookie\b/)
  })
})

describe('a Server Component', () => {
  test('reads the session, in generateMetadata too', async () => {
    const page = await ask('/page', { cookie: await mintSession('Reader') })
    expect(shown(page)).toMatchObject({ name: 'Reader', isSame: true })
    expect(page.body).toContain('title: Reader')
  })

  test('never writes, even when a touch is due', async () => {
    const cookie = await mintSession('Reader', 120)
    const page = await ask('/page', { cookie, headers: { 'sec-purpose': 'prefetch' } })
    expect(shown(page)).toMatchObject({ name: 'Reader' })
    expect(page.setCookie).toEqual([])
  })

  test('does not read the clock before Cache Components allow it', async () => {
    await ask('/page', { cookie: await mintSession('Reader') })
    expect(await readFile(inject('serverLog'), 'utf8')).not.toMatch(/while prerendering/)
  })

  test('does not believe a request that claims to have passed the proxy', async () => {
    const headers = { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }
    expect(shown(await ask('/page', { headers }))).toMatchObject({ name: null })
  })

  test('is told where to write instead when it tries to save', async () => {
    const page = await ask('/read-only')
    expect(page.body.match(/<p>session_read_only: [^<]*? Write from a route handler or an action/g)).toHaveLength(2)
    expect(page.setCookie).toEqual([])
  })
})

describe('withSession around a Server Action', () => {
  test('saves at the end, and the page rendered with the answer shows it', async () => {
    const answer = await form('change', { end: 'return' })
    expect(sessionLines(answer.setCookie)).toHaveLength(1)
    expect(answer.body).toContain('name: <!-- -->acted')
  })

  test('saves when it redirects', async () => {
    const answer = await form('change', { end: 'redirect' })
    expect(answer.status).toBe(303)
    expect(sessionLines(answer.setCookie)).toHaveLength(1)
  })

  test('drops what is unsaved when it throws', async () => {
    const answer = await form('change', { end: 'throw' })
    expect(answer.status).toBe(500)
    expect(answer.setCookie).toEqual([])
  })

  test('throws when saving fails', async () => {
    const answer = await form('change', { end: 'too-large' })
    expect(answer.status).toBe(500)
    expect(answer.setCookie).toEqual([])
  })

  test('sets no cookie just because a touch is due', async () => {
    const answer = await form('change', { end: 'look' }, await mintSession('Reader', 120))
    expect(answer.body).toContain('name: <!-- -->Reader')
    expect(answer.setCookie).toEqual([])
  })
})

describe('a session in memory', () => {
  const start = async () => cookieHeader((await ask('/shared', { method: 'POST' })).setCookie)
  const later = (seconds: number) => ask('/shared', { method: 'PATCH', body: String(seconds) })

  test('is one session for route handlers, pages and API routes, which are bundled apart', async () => {
    const cookie = await start()
    expect(shown(await ask('/shared-page', { cookie }))).toMatchObject({ name: 'from a route handler' })
    expect(JSON.parse((await ask('/api/session', { cookie })).body)).toMatchObject({ record: 'from a route handler' })
  })

  test.each([
    ['the proxy', (cookie: string) => ask('/shared-page', { cookie })],
    ['an action', (cookie: string) => form('look', {}, cookie)],
  ])('is touched by %s without a cookie', async (_name, use) => {
    const cookie = await start()
    const headers = { 'sec-purpose': 'prefetch' }
    const idle = async () => Number(shown(await ask('/shared-page', { cookie, headers })).idle)
    const before = await idle()
    await later(120)
    expect(await idle()).toBe(before)
    const answer = await use(cookie)
    expect(answer.setCookie).toEqual([])
    expect(await idle()).toBeGreaterThanOrEqual(before + 120_000)
  })
})

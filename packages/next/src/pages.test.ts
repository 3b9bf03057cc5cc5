import { describe, expect, test } from 'vitest'
import { ask, cookieHeader, shown } from '../test/http.ts'
import { mintSession } from '../test/mint.ts'

describe('pagesSession in an API route', () => {
  test('sets one cookie for each name, however often it saves, beside those of the app', async () => {
    const { setCookie, headers } = await ask('/api/session', { method: 'POST' })
    expect(setCookie).toEqual([
      'own=a%20b; Path=/',
      expect.stringMatching(/^__Host-session=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
    expect(headers['cache-control']).toBe('private, no-store')
    expect(headers.vary).toMatch(/\bCookie\b/)
  })

  test('gives one handle for each request', async () => {
    expect(JSON.parse((await ask('/api/session')).body)).toMatchObject({ isSameHandle: true })
  })

  test('reads what a route handler of the App Router saved', async () => {
    const cookie = cookieHeader((await ask('/saved')).setCookie)
    expect(JSON.parse((await ask('/api/session', { cookie })).body)).toMatchObject({ name: 'saved' })
  })

  test('spreads a large session over several cookies and takes them all away again', async () => {
    const large = await ask('/api/session?filler=5000', { method: 'POST' })
    const names = (lines: readonly string[]) => lines.map((line) => line.split('=')[0])
    expect(names(large.setCookie)).toEqual(['own', '__Host-session', '__Host-session.2'])
    const gone = await ask('/api/session', { method: 'DELETE', cookie: cookieHeader(large.setCookie) })
    expect(names(gone.setCookie)).toEqual(['own', '__Host-session', '__Host-session.2'])
    expect(cookieHeader(gone.setCookie)).toBe('own=a%20b')
  })

  test('touches when due', async () => {
    expect((await ask('/api/session', { cookie: await mintSession('Reader', 120) })).setCookie).toHaveLength(2)
    expect((await ask('/api/session', { cookie: await mintSession('Reader') })).setCookie).toHaveLength(1)
  })

  test('refuses to save once the answer is on its way', async () => {
    expect((await ask('/api/session', { method: 'PUT' })).body).toBe('session_closed')
  })
})

describe('pagesSession in getServerSideProps', () => {
  test('sees the session that the proxy touched in the same request, and sets it once', async () => {
    const cookie = await mintSession('Reader', 120)
    const before = Date.now() + 899_000 - 120_000
    const page = await ask('/legacy', { cookie })
    expect(shown(page)).toMatchObject({ name: 'Reader' })
    expect(Number(shown(page).idle)).toBeGreaterThan(before + 60_000)
    expect(page.setCookie).toEqual([expect.stringMatching(/^__Host-session=/)])
  })
})

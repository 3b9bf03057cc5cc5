import type { BrowserContext, Page } from '@playwright/test'
import { type Answer, SESSION_COOKIE } from '../lib/client.ts'
import { isDeletion, parseSetCookie, type SetCookie } from '../lib/set-cookie.ts'
import { expect, test } from '../lib/test.ts'

const SIX_KB = 6000

/** What every line that sets or deletes a session cookie says, in any order. */
function expectSafeAttributes({ attributes }: SetCookie): void {
  const { 'max-age': _, expires: __, ...rest } = attributes
  expect({ ...rest, samesite: rest['samesite']?.toLowerCase() }).toEqual({
    httponly: '',
    secure: '',
    samesite: 'lax',
    path: '/',
  })
}

/** Sets the session cookie once, for as long as the browser runs, on a response that no cache may keep. */
function expectSetsSession(answer: Answer): void {
  expect(answer.setCookies.map(({ name }) => name)).toEqual([SESSION_COOKIE])
  for (const cookie of answer.setCookies) {
    expectSafeAttributes(cookie)
    expect(cookie.attributes).not.toHaveProperty('max-age')
    expect(cookie.attributes).not.toHaveProperty('expires')
  }
  expectUncached(answer)
}

function expectUncached(answer: Answer): void {
  expect(answer.header('cache-control')).toMatch(/\bno-store\b/)
  expect(answer.header('cache-control')).toMatch(/\bprivate\b/)
  expect(
    answer
      .header('vary')
      ?.toLowerCase()
      .split(/\s*,\s*/),
  ).toContain('cookie')
}

async function sessionCookies(context: BrowserContext) {
  return (await context.cookies()).filter(({ name }) => name.startsWith(SESSION_COOKIE))
}

/** Calls the probe from within the page, so that the browser itself stores and sends the cookies. */
function api(page: Page, path: string, body?: unknown) {
  return page.evaluate(
    async ([path, body]) => {
      const answer = await fetch(path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
      return { status: answer.status, json: await answer.json() }
    },
    [path, body] as const,
  )
}

test('an anonymous reader gets no cookie', async ({ client }) => {
  for (const path of ['/', '/test', '/modified', '/check', '/streaming', '/api/session', '/api/me', '/no-such-page']) {
    expect((await client.get(path)).setCookies, path).toEqual([])
  }
})

test('reading pages sets no cookie while nothing is due', async ({ client }) => {
  await client.get('/start')
  for (const path of ['/', '/test', '/modified', '/check', '/streaming', '/api/session', '/api/me']) {
    expect((await client.get(path)).setCookies, path).toEqual([])
  }
})

test('pages and the API set a cookie for this host only, hidden from scripts and caches', async ({ client }) => {
  expectSetsSession(await client.get('/start'))
  expectSetsSession(await client.get('/modify'))
  expectSetsSession(await client.post('/api/set', { key: 'colour', value: 'blue' }))
  expectSetsSession(await client.post('/api/increment', { key: 'visits' }))
  expectSetsSession(await client.post('/api/regenerate'))
  expectSetsSession(await client.post('/api/login', { subject: 'alice' }))
})

test('saving what is already there sets no cookie', async ({ client }) => {
  await client.post('/api/set', { key: 'colour', value: 'blue' })
  expect((await client.post('/api/set', { key: 'colour', value: 'blue' })).setCookies).toEqual([])
})

test('destroying deletes the cookie with the attributes it was set with', async ({ client }) => {
  for (const destroy of [() => client.get('/destroy'), () => client.post('/api/logout')]) {
    await client.get('/start')
    const answer = await destroy()
    expect(answer.setCookies.map((cookie) => [cookie.name, isDeletion(cookie)])).toEqual([[SESSION_COOKIE, true]])
    answer.setCookies.forEach(expectSafeAttributes)
    expectUncached(answer)
    expect(client.cookies.size).toBe(0)
  }
})

for (const javaScriptEnabled of [true, false]) {
  test.describe(`forms ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('set and delete the cookie with the same attributes', async ({ page, context, view }) => {
      const lines: Promise<string[]>[] = []
      page.on('response', (response) => {
        const setCookies = response
          .headersArray()
          .then((headers) => headers.filter(({ name }) => name.toLowerCase() === 'set-cookie'))
        lines.push(setCookies.then((headers) => headers.map(({ value }) => value)))
      })
      await page.goto('/')
      expect(await sessionCookies(context)).toEqual([])
      await view.button('Start').click()
      await expect(view.fact('present')).toHaveText('yes')
      expect(await sessionCookies(context)).toMatchObject([
        {
          name: SESSION_COOKIE,
          domain: '127.0.0.1',
          path: '/',
          expires: -1,
          httpOnly: true,
          secure: true,
          sameSite: 'Lax',
        },
      ])
      await view.button('Destroy').click()
      await expect(view.fact('present')).toHaveText('no')
      expect(await sessionCookies(context)).toEqual([])

      const cookies = (await Promise.all(lines)).flat().map(parseSetCookie)
      expect(cookies.map(({ name }) => name)).toEqual([SESSION_COOKIE, SESSION_COOKIE])
      cookies.forEach(expectSafeAttributes)
    })
  })
}

test('the value of the cookie is in no page and no answer (R18)', async ({ client }) => {
  const started = await client.get('/start')
  const value = client.cookies.get(SESSION_COOKIE) ?? ''
  expect(value.length).toBeGreaterThan(200)
  const answers = await Promise.all(['/', '/test', '/streaming', '/api/session'].map((path) => client.get(path)))
  for (const { body } of [started, ...answers]) expect(body).not.toContain(value.slice(-100))
})

test('"remember me" keeps the cookie for thirty days, and only then', async ({ client, page, context }) => {
  const [fleeting] = (await client.post('/api/login', { subject: 'alice' })).setCookies
  expect(fleeting?.attributes['max-age']).toBeUndefined()
  const answer = await client.post('/api/login', { subject: 'alice', remember: true })
  expect(answer.json()).toMatchObject({ subject: 'alice', remembered: false })
  expect(answer.setCookies.map(({ attributes }) => attributes['max-age'])).toEqual([String(30 * 24 * 3600)])
  answer.setCookies.forEach(expectSafeAttributes)

  await page.goto('/test')
  await api(page, '/api/login', { subject: 'alice', remember: true })
  const [kept] = await sessionCookies(context)
  expect(kept?.expires).toBeGreaterThan(Date.now() / 1000 + 29 * 24 * 3600)
})

test('a session of 6 KB takes several cookies, which the browser sends back', async ({ page, context, client }) => {
  const answer = await client.post('/api/put', { key: 'big', bytes: SIX_KB })
  expect(answer.setCookies.length).toBeGreaterThan(1)
  for (const cookie of answer.setCookies) {
    expectSafeAttributes(cookie)
    expect(cookie.name.length + cookie.value.length).toBeLessThanOrEqual(4096)
  }
  expectUncached(answer)

  await page.goto('/test')
  expect((await api(page, '/api/put', { key: 'big', bytes: SIX_KB })).status).toBe(200)
  expect(await sessionCookies(context)).toHaveLength(answer.setCookies.length)
  const { json } = await api(page, '/api/session')
  expect(json.data.big).toHaveLength(SIX_KB)
})

test('a session that shrinks expires its further cookies at once, each of them once (B38)', async ({
  page,
  context,
  client,
}) => {
  const grown = (await client.post('/api/put', { key: 'big', bytes: SIX_KB })).setCookies.map(({ name }) => name)
  const shrunk = (await client.post('/api/put', { key: 'big', bytes: 10 })).setCookies
  expect(shrunk.map(({ name }) => name).sort()).toEqual(grown.sort())
  expect(shrunk.filter(isDeletion).map(({ name }) => name)).toEqual(grown.filter((name) => name !== SESSION_COOKIE))
  shrunk.forEach(expectSafeAttributes)
  expect(await client.session()).toMatchObject({ present: true, data: { big: expect.stringMatching(/^.{10}$/) } })

  await page.goto('/test')
  await api(page, '/api/put', { key: 'big', bytes: SIX_KB })
  await api(page, '/api/put', { key: 'big', bytes: 10 })
  expect((await sessionCookies(context)).map(({ name }) => name)).toEqual([SESSION_COOKIE])
})

test('destroying a session of several cookies deletes them all, each of them once', async ({ client }) => {
  const names = (await client.post('/api/put', { key: 'big', bytes: SIX_KB })).setCookies.map(({ name }) => name)
  const deleted = (await client.post('/api/logout')).setCookies
  expect(deleted.map((cookie) => [cookie.name, isDeletion(cookie)])).toEqual(names.map((name) => [name, true]))
  deleted.forEach(expectSafeAttributes)
  expect(client.cookies.size).toBe(0)
})

test('what does not fit is refused with 413, and the session stays as it was (B43)', async ({ client }) => {
  await client.post('/api/set', { key: 'colour', value: 'blue' })
  const before = client.cookieHeader
  for (const bytes of [12_000, 60_000]) {
    const answer = await client.post('/api/put', { key: 'big', bytes })
    expect([answer.status, answer.code, answer.setCookies]).toEqual([413, 'session_too_large', []])
  }
  expect(client.cookieHeader).toBe(before)
  expect(await client.session()).toMatchObject({ present: true, data: { colour: 'blue' } })
})

import { expect, test } from '../lib/test.ts'

const PARALLEL = 50
const SLOW_MS = 1500
const ROUNDS = process.env['FULL'] === '1' ? 20 : 2

test.use({ mode: 'memory' })

test('parallel requests of one session all keep what they wrote', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  for (let round = 1; round <= ROUNDS; round++) {
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, () => client.post('/api/increment', { key: 'count' })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(PARALLEL).fill(200))
    expect(new Set(answers.map((answer) => answer.json()['value'])).size).toBe(PARALLEL)
    expect((await client.session()).data['count']).toBe(round * PARALLEL)
  }
})

test('parallel requests that set different keys keep them all', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  const keys = Array.from({ length: 10 }, (_, index) => `key${index}`)
  const answers = await Promise.all(keys.map((key) => client.post('/api/slow', { key, value: key, delayMs: 200 })))
  expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200))
  expect((await client.session()).data).toEqual(Object.fromEntries(keys.map((key) => [key, key])))
})

test('a slow request does not revive a session that was destroyed meanwhile', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  const thief = client.copy()
  const slow = client.copy()
  const late = slow.post('/api/slow', { key: 'colour', value: 'blue', delayMs: SLOW_MS })
  await new Promise((resolve) => setTimeout(resolve, SLOW_MS / 5))
  expect((await client.post('/api/logout')).status).toBe(204)

  const answer = await late
  expect([answer.status, answer.code]).toEqual([410, 'session_gone'])
  for (const visitor of [slow, thief, client]) expect((await visitor.get('/api/me')).status).toBe(401)
  expect((await thief.session()).present).toBe(false)
})

test('a copy of the cookie is worth nothing after logout (B53)', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  const thief = client.copy()
  expect((await thief.get('/api/me')).status).toBe(200)
  await client.post('/api/logout')
  expect((await thief.get('/api/me')).status).toBe(401)
  expect((await thief.post('/api/set', { key: 'colour', value: 'blue' })).status).toBe(410)
  expect((await thief.get('/api/me')).status).toBe(401)
})

test('a copy of the cookie from before the sign-in is worth nothing after it', async ({ client }) => {
  await client.post('/api/set', { key: 'colour', value: 'blue' })
  const fixated = client.copy()
  await client.post('/api/login', { subject: 'alice' })
  expect((await client.session()).data).toEqual({ colour: 'blue' })
  expect((await fixated.session()).present).toBe(false)
  expect((await fixated.get('/api/me')).status).toBe(401)
})

test('an old cookie leads to its successor for a moment after the id was changed', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  const late = client.copy()
  const answer = await client.post('/api/regenerate')
  expect(answer.setCookies).toHaveLength(1)
  expect((await late.get('/api/me')).json()).toEqual({ subject: 'alice' })
  expect((await client.get('/api/me')).json()).toEqual({ subject: 'alice' })
})

test('a session opened with another user agent is refused where it is bound to it (B51)', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  for (const userAgent of ['', 'Other/1.0', 'x'.repeat(8000)]) {
    const thief = client.copy(userAgent)
    expect((await thief.get('/api/me')).status, userAgent.slice(0, 20)).toBe(401)
    expect((await thief.session()).refusal).toBe('bound-elsewhere')
  }
  expect((await client.get('/api/me')).status).toBe(200)
})

test('reading pages extends a session, without a new cookie', async ({ client }) => {
  await client.get('/start')
  const { idle } = (await client.session()).expires
  const afterReading = async () => {
    const page = await client.get('/test')
    expect([page.status, page.setCookies]).toEqual([200, []])
    return (await client.session()).expires.idle
  }
  await expect.poll(afterReading, { intervals: [100] }).toBeGreaterThan(idle ?? Number.POSITIVE_INFINITY)
})

test('route handlers, pages, actions and the proxy work on one store', async ({ page, view, context, app }) => {
  await page.goto('/')
  await view.button('Start').click()
  await expect(view.fact('name')).toHaveText(app.fan)
  const before = await page.evaluate(() => fetch('/api/session').then((answer) => answer.json()))

  const increment = () =>
    page.evaluate(() =>
      fetch('/api/increment', { method: 'POST', body: '{"key":"count"}' }).then((answer) => answer.json()),
    )
  expect(await increment()).toMatchObject({ value: 1, id: before.id, data: { name: app.fan } })
  await view.button('Modify').click()
  await expect(view.fact('name')).toHaveText('Lua Fan')
  expect(await increment()).toMatchObject({ value: 2, id: before.id, data: { name: 'Lua Fan' } })

  await page.evaluate(() =>
    fetch('/api/set', { method: 'POST', body: JSON.stringify({ key: 'name', value: 'Probe Fan' }) }),
  )
  await page.goto('/test')
  await expect(view.strong).toHaveText('Probe Fan')
  await page.goto('/')
  await expect(view.fact('name')).toHaveText('Probe Fan')
  await expect(view.fact('id')).toHaveText(before.id)

  const cookies = await context.cookies()
  await view.button('Destroy').click()
  await expect(view.fact('present')).toHaveText('no')
  await context.addCookies(cookies)
  await page.goto('/test')
  await expect(view.strong).toHaveText('Anonymous')
  await page.goto('/api/session')
  expect(JSON.parse(await page.innerText('body'))).toMatchObject({ present: false, refusal: 'destroyed' })
})

import type { App } from '../lib/apps.ts'
import { type Client, SESSION_COOKIE } from '../lib/client.ts'
import { OLD_COOKIE } from '../lib/formats.ts'
import { isDeletion } from '../lib/set-cookie.ts'
import { expect, test } from '../lib/test.ts'

/** Somebody whose session the app issued before it changed its library. */
async function oldVisitor(client: Client, app: App): Promise<Client> {
  await client.at(app.origins.iron).post('/api/set', { key: 'name', value: 'Ada' })
  expect([...client.cookies.keys()]).toEqual([OLD_COOKIE])
  return client
}

test('who comes with an old cookie is known, and leaves with a new one', async ({ client, app }) => {
  await oldVisitor(client, app)
  expect(await client.session()).toMatchObject({ present: true, data: { name: 'Ada' } })
  expect([...client.cookies.keys()]).toEqual([OLD_COOKIE])

  const answer = await client.post('/api/set', { key: 'seen', value: 1 })
  expect(answer.setCookies.filter(isDeletion).map(({ name }) => name)).toEqual([OLD_COOKIE])
  expect([...client.cookies.keys()]).toEqual([SESSION_COOKIE])
  expect((await client.session()).data).toEqual({ name: 'Ada', seen: 1 })
})

test('in a browser, any page hands out the new cookie', async ({ page, view, context, client, app, baseURL }) => {
  await oldVisitor(client, app)
  const [[name = '', value = ''] = []] = client.cookies
  await context.addCookies([{ name, value, url: baseURL ?? '' }])
  await page.goto('/test')
  await expect(view.strong).toHaveText('Ada')
  await page.goto('/modify')
  expect((await context.cookies()).map((cookie) => cookie.name)).toEqual([SESSION_COOKIE])
  await page.goto('/modified')
  await expect(view.strong).toHaveText('Lua Fan')
})

test('parallel first requests end in one session that has what all of them wrote', async ({ client, app }) => {
  await oldVisitor(client, app)
  const visitors = Array.from({ length: 5 }, () => client.copy())
  await Promise.all(visitors.map((visitor, nth) => visitor.post('/api/set', { key: `key${nth}`, value: nth })))
  const sessions = await Promise.all(visitors.map((visitor) => visitor.session()))
  expect(new Set(sessions.map(({ id }) => id)).size).toBe(1)
  expect(sessions[0]?.data).toEqual({ name: 'Ada', key0: 0, key1: 1, key2: 2, key3: 3, key4: 4 })
})

test('after a logout the old cookie brings nobody back', async ({ client, app }) => {
  await oldVisitor(client, app)
  const copy = client.copy()
  const other = client.copy()
  await client.post('/api/set', { key: 'seen', value: 1 })
  expect((await client.post('/api/logout')).status).toBe(204)
  expect((await copy.session()).present).toBe(false)

  await oldVisitor(other, app)
  const again = other.copy()
  expect((await other.post('/api/logout')).status).toBe(204)
  expect(other.cookies.size).toBe(0)
  expect((await again.session()).present).toBe(false)
})

test('a bad new cookie is never replaced by what an old one says', async ({ client, app }) => {
  await oldVisitor(client, app)
  client.cookies.set(SESSION_COOKIE, `U${'A'.repeat(205)}`)
  expect((await client.session()).present).toBe(false)
})

import { apps, type Mode } from '../lib/apps.ts'
import type { Client } from '../lib/client.ts'
import { expect, test } from '../lib/test.ts'

/** How a cookie of each format begins. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  'resty-v4': /^AQ[\w-]+$/,
  'resty-v3': /^[\w-]{22}\|\d{10}\|/,
  iron: /^Fe26\.2\*/,
}

const formatOf = (mode: Mode): string => mode.replace(' on redis', '')

async function started(client: Client): Promise<[name: string, value: string]> {
  await client.post('/api/set', { key: 'name', value: 'Ada' })
  const [cookie, ...others] = client.cookies
  expect(others).toEqual([])
  if (!cookie) throw new Error('A session that is saved sets a cookie.')
  return cookie
}

test('the cookie is one of the format', async ({ client, mode }) => {
  const [, value] = await started(client)
  expect(value).toMatch(LOOKS[formatOf(mode)] ?? /^$/)
})

test('apps of other frameworks know the session', async ({ client, app, mode }) => {
  await started(client)
  for (const other of apps.filter(({ name, formats }) => name !== app.name && formats.some((one) => one === mode))) {
    const there = client.at(other.origins[mode])
    expect((await there.session()).data).toEqual({ name: 'Ada' })
    await there.post('/api/set', { key: 'name', value: other.title })
    expect((await client.session()).data).toEqual({ name: other.title })
    await client.post('/api/set', { key: 'name', value: 'Ada' })
  }
})

test('signing in works where the format has a place for the user, and is refused elsewhere', async ({
  client,
  mode,
  page,
  view,
}) => {
  await page.goto('/')
  await expect(view.signIn).toHaveCount(formatOf(mode) === 'resty-v4' ? 1 : 0)
  const answer = await client.post('/api/login', { subject: 'alice' })
  if (formatOf(mode) === 'resty-v4') {
    expect((await client.get('/api/me')).json()).toEqual({ subject: 'alice' })
  } else {
    expect([answer.status, answer.code]).toEqual([501, 'session_unsupported'])
    expect(client.cookies.size).toBe(0)
  }
})

test('a cookie with one character changed is nobody’s', async ({ client }) => {
  const [name, value] = await started(client)
  for (const at of [0, 1, 20, 40, value.length >> 1, value.length - 2, value.length - 1]) {
    const other = value[at] === 'A' ? 'B' : 'A'
    const thief = client.copy()
    thief.cookies.set(name, value.slice(0, at) + other + value.slice(at + 1))
    const answer = await thief.get('/api/session')
    expect([answer.status, answer.setCookies]).toEqual([200, []])
    expect(answer.json()).toMatchObject({ present: false, data: {} })
  }
  expect((await client.session()).present).toBe(true)
})

test('parallel saves leave a working session', async ({ client }) => {
  await started(client)
  const saves = Array.from({ length: 6 }, (_, nth) => client.post('/api/set', { key: `key${nth}`, value: nth }))
  const statuses = (await Promise.all(saves)).map(({ status }) => status)
  expect(statuses).toContain(200)
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([])
  expect(await client.session()).toMatchObject({ present: true, data: { name: 'Ada' } })
})

test('after a logout a copy of the cookie is worth nothing, where a store knows', async ({ client, mode }) => {
  await started(client)
  const thief = client.copy()
  expect((await client.post('/api/logout')).status).toBe(204)
  expect(client.cookies.size).toBe(0)
  expect((await thief.session()).present).toBe(!mode.endsWith('redis'))
})

test('a request that is passed on loses the cookies of the session, and no other', async ({ client, mode }) => {
  const [name, value] = await started(client)
  // With a store, a session of 4.x is one cookie: what looks like a second one is somebody else's.
  const chunk = { 'resty-v4': `${name}2`, 'resty-v3': `${name}_2`, iron: `${name}.2` }[
    mode.replace('v3 on redis', 'v3')
  ]
  const others = ['theme="dark; x', `${name}x=1`, `not-${name}=2`, 'lang=en,  de']
  const header = [others[0], `${name}=${value}`, others[1], ...(chunk ? [`${chunk}=more`] : []), ...others.slice(2)]
  client.cookies.clear()
  const answer = await client.get('/api/forwarded', [['Cookie', header.join('; ')]])
  expect(answer.json()).toEqual({ cookie: others.join('; ') })
})

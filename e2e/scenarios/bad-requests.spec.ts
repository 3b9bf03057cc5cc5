import { Answer, SESSION_COOKIE as N } from '../lib/client.ts'
import { mint } from '../lib/mint.ts'
import { type RawRequest, send } from '../lib/raw-http.ts'
import { expect, test } from '../lib/test.ts'

const bodies: readonly (readonly [path: string, body: string])[] = [
  ['/api/set', 'no JSON'],
  ['/api/set', ''],
  ['/api/set', 'null'],
  ['/api/set', '[]'],
  ['/api/set', '"text"'],
  ['/api/set', '{"key":"a"}'],
  ['/api/set', '{"value":1}'],
  ['/api/set', '{"key":1,"value":1}'],
  ['/api/set', '{"key":"","value":1}'],
  ['/api/set', '{"key":"__proto__","value":{"admin":true}}'],
  ['/api/set', '{"key":"a","value":{"__proto__":{"admin":true}}}'],
  ['/api/set', `{"key":"${'k'.repeat(300)}","value":1}`],
  ['/api/set', `{"key":"a","value":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ['/api/delete', '{}'],
  ['/api/login', '{"subject":1}'],
  ['/api/login', '{"subject":""}'],
  ['/api/login', '{"subject":"alice","remember":"yes"}'],
  ['/api/put', '{"key":"a","bytes":-1}'],
  ['/api/put', '{"key":"a","bytes":1.5}'],
  ['/api/put', '{"key":"a","bytes":"9"}'],
  ['/api/put', '{"key":"a","bytes":1e9}'],
  ['/api/slow', '{"key":"a","value":1,"delayMs":1e9}'],
  ['/api/slow', '{"key":"a","value":1}'],
  ['/api/increment', '{"key":"a","delayMs":-1}'],
  ['/api/regenerate', '{"flush":1}'],
]

test('a body that makes no sense is answered with 400, and the session stays as it was', async ({ client }) => {
  await client.post('/api/set', { key: 'colour', value: 'blue' })
  const cookie = client.cookieHeader
  for (const [path, body] of bodies) {
    const answer = await client.post(path, body)
    expect([answer.status, answer.code, answer.setCookies], `${path} ${body.slice(0, 60)}`).toEqual([
      400,
      'bad_request',
      [],
    ])
  }
  expect(client.cookieHeader).toBe(cookie)
  expect((await client.session()).data).toEqual({ colour: 'blue' })
})

test('unknown paths of the API are answered with 404, wrong methods with 405', async ({ client }) => {
  for (const path of ['/api/nothing', '/api/set/more', '/api/__proto__', '/api/constructor'])
    expect((await client.get(path)).status, path).toBe(404)
  for (const path of ['/api/login', '/api/logout', '/api/set', '/api/slow', '/api/touch']) {
    const answer = await client.get(path)
    expect([answer.status, answer.header('allow'), answer.code], path).toEqual([405, 'POST', 'method_not_allowed'])
  }
  for (const path of ['/api/session', '/api/me']) {
    const answer = await client.post(path)
    expect([answer.status, answer.header('allow'), answer.code], path).toEqual([405, 'GET, HEAD', 'method_not_allowed'])
  }
})

test('keys called like parts of objects are keys like any other', async ({ client }) => {
  for (const key of ['constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    const answer = await client.post('/api/set', { key, value: { admin: true } })
    expect([answer.status, answer.json<{ data: object }>().data]).toMatchObject([200, { [key]: { admin: true } }])
  }
  expect(await client.session()).toMatchObject({ present: true, subject: null })
})

test('B57 a cookie anywhere else than in the Cookie header counts for nothing', async ({ app, client }) => {
  const cookie = await mint('alice')
  const requests: RawRequest[] = [
    { path: `/api/me?${N}=${cookie}` },
    { path: `/api/me?session=${cookie}` },
    { path: '/api/me', headers: [['Authorization', `Bearer ${cookie}`]] },
    { path: '/api/me', headers: [[N, cookie]] },
    { path: '/api/me', headers: [['Set-Cookie', `${N}=${cookie}`]] },
    { path: '/api/me', headers: [['X-Cookie', `${N}=${cookie}`]] },
  ]
  for (const request of requests) expect((await send(app.origins.cookie, request)).status).toBe(401)
  const answer = await client.post('/api/set', { subject: 'x', [N]: cookie, session: cookie, key: 'a', value: 1 })
  expect(answer.json()).toMatchObject({ subject: null, data: { a: 1 } })
})

test('B39 a Cookie header larger than Node reads is answered with 431, and the server lives', async ({
  app,
  client,
}) => {
  const headers = [['Cookie', `${N}=${'A'.repeat(16_384)}`]] as const
  expect((await send(app.origins.cookie, { path: '/test', headers })).status).toBe(431)
  expect((await client.get('/test')).status).toBe(200)
})

for (const [what, octets] of [
  ['a NUL', '\0'],
  ['a control character', '\u0001'],
  ['a folded line', '\r\n folded'],
  ['a bare line feed', '\nX-Injected: 1'],
] as const) {
  test(`B58 ${what} in the Cookie header ends at the server, which lives`, async ({ app, client }) => {
    const cookie = await mint('alice')
    const headers = [['Cookie', `${N}=${cookie}${octets}`]] as const
    expect((await send(app.origins.cookie, { path: '/api/me', headers })).status).toBe(400)
    expect((await client.get('/test')).status).toBe(200)
  })
}

test('B59 forged headers of frameworks and proxies open nothing and close nothing', async ({ app }) => {
  const forged = [
    ['x-middleware-subrequest', 'middleware:middleware:middleware:middleware:middleware'],
    ['x-middleware-subrequest', 'proxy:proxy:proxy:proxy:proxy'],
    ['x-middleware-set-cookie', `${N}=${await mint('mallory')}; Path=/`],
    ['x-middleware-override-headers', 'cookie'],
    ['x-middleware-request-cookie', `${N}=${await mint('mallory')}`],
    ['x-forwarded-for', '10.0.0.1'],
    ['x-forwarded-proto', 'http'],
  ] as const
  for (const header of forged) {
    const anonymous = new Answer(await send(app.origins.cookie, { path: '/api/me', headers: [header] }))
    expect([anonymous.status, anonymous.setCookies], header[0]).toEqual([401, []])
    const page = new Answer(await send(app.origins.cookie, { path: '/test', headers: [header] }))
    expect([page.status, page.setCookies], header[0]).toEqual([200, []])
    expect(page.body).toContain('Anonymous')
    const headers = [header, ['Cookie', `${N}=${await mint('alice')}`]] as const
    expect((await send(app.origins.cookie, { path: '/api/me', headers })).body, header[0]).toBe('{"subject":"alice"}')
  }
})

test('B53 in cookies alone, a copy outlives the logout: it ends with its deadline', async ({ client }) => {
  await client.post('/api/login', { subject: 'alice' })
  const thief = client.copy()
  await client.post('/api/logout')
  expect((await client.get('/api/me')).status).toBe(401)
  expect((await thief.get('/api/me')).status).toBe(200)
})

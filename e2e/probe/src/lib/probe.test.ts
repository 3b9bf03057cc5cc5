import { memoryStore, type SessionOptions } from '@sojourn/core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { ProbeData } from './probe-data.ts'
import { bodyOf, START, Visitor } from './test-support/visitor.ts'

beforeEach(() => {
  vi.stubEnv('SOJOURN_PROBE', '1')
  return () => vi.unstubAllEnvs()
})

const storages: readonly (readonly [string, () => Partial<SessionOptions<ProbeData>>])[] = [
  ['cookie', () => ({})],
  ['memory', () => ({ store: memoryStore() })],
]

describe.each(storages)('on %s storage', (storage, options) => {
  let visitor: Visitor
  beforeEach(() => {
    visitor = new Visitor(options())
  })

  test('without a session, every field says so', async () => {
    expect(await visitor.session()).toEqual({
      present: false,
      id: null,
      refusal: 'missing',
      subject: null,
      remembered: false,
      data: {},
      expires: { idle: null, rolling: null, absolute: null },
    })
  })

  test('set starts a session, and answers what a read then answers', async () => {
    const answer = await visitor.post('/api/set', { key: 'colour', value: ['blue', null] })
    expect(answer.status).toBe(200)
    const body = await bodyOf(answer)
    expect(body).toMatchObject({
      present: true,
      id: expect.stringMatching(/^[\w-]{16}$/),
      data: { colour: ['blue', null] },
      expires: { idle: START + 900_000, rolling: START + 3_600_000, absolute: START + 86_400_000 },
    })
    expect(await visitor.session()).toEqual(body)
  })

  test('delete removes a key, and does not start a session', async () => {
    expect(await bodyOf(await visitor.post('/api/delete', { key: 'colour' }))).toMatchObject({ present: false })
    await visitor.post('/api/set', { key: 'colour', value: 'blue' })
    expect(await bodyOf(await visitor.post('/api/delete', { key: 'colour' }))).toMatchObject({ data: {} })
    expect(await visitor.session()).toMatchObject({ present: true, data: {} })
  })

  test('increment counts, and answers its value', async () => {
    expect(await bodyOf(await visitor.post('/api/increment', { key: 'count' }))).toMatchObject({ value: 1 })
    expect(await bodyOf(await visitor.post('/api/increment', { key: 'count', delayMs: 1 }))).toMatchObject({
      value: 2,
    })
    expect(await visitor.session()).toMatchObject({ data: { count: 2 } })
  })

  test('login signs in under a new id, logout ends the session', async () => {
    expect((await visitor.get('/api/me')).status).toBe(401)
    await visitor.post('/api/set', { key: 'colour', value: 'blue' })
    const { id } = await visitor.session()
    const login = await bodyOf(await visitor.post('/api/login', { subject: 'alice' }))
    expect(login).toMatchObject({ subject: 'alice', remembered: false, data: { colour: 'blue' } })
    expect(login.id).not.toBe(id)
    expect(await bodyOf(await visitor.get('/api/me'))).toEqual({ subject: 'alice' })

    const logout = await visitor.post('/api/logout')
    expect([logout.status, await logout.text()]).toEqual([204, ''])
    expect(visitor.cookies.size).toBe(0)
    expect((await visitor.get('/api/me')).status).toBe(401)
  })

  test('who asked to be remembered is known after the idle limit, as remembered', async () => {
    await visitor.post('/api/login', { subject: 'alice', remember: true })
    visitor.now += 7_200_000
    expect(await visitor.session()).toMatchObject({ present: true, subject: 'alice', remembered: true })
  })

  test('put fills a key with characters that take their full length', async () => {
    const { data } = await bodyOf(await visitor.post('/api/put', { key: 'big', bytes: 1000 }))
    expect(data?.['big']).toMatch(/^[\w-]{1000}$/)
    expect(new Set(String(data?.['big'])).size).toBeGreaterThan(50)
  })

  test('slow sets its key after the delay', async () => {
    const answer = await visitor.post('/api/slow', { key: 'colour', value: 'blue', delayMs: 5 })
    expect(await bodyOf(answer)).toMatchObject({ data: { colour: 'blue' } })
  })

  test('regenerate changes the id and keeps the data, unless it shall flush it', async () => {
    const { id } = await bodyOf(await visitor.post('/api/set', { key: 'colour', value: 'blue' }))
    const changed = await bodyOf(await visitor.post('/api/regenerate'))
    expect(changed).toMatchObject({ data: { colour: 'blue' } })
    expect(changed.id).not.toBe(id)
    expect(await bodyOf(await visitor.post('/api/regenerate', { flush: true }))).toMatchObject({ data: {} })
  })

  test('touch renews the idle deadline, reading does not', async () => {
    await visitor.post('/api/set', { key: 'colour', value: 'blue' })
    visitor.now += 100_000
    expect(await visitor.session()).toMatchObject({ expires: { idle: START + 900_000 } })
    expect((await visitor.get('/api/me')).headers.getSetCookie()).toEqual([])
    await visitor.post('/api/touch')
    expect(await visitor.session()).toMatchObject({ expires: { idle: START + 1_000_000 } })
  })

  test('no answer may be cached', async () => {
    const answers = [
      await visitor.get('/api/session'),
      await visitor.get('/api/nothing'),
      await visitor.get('/api/set'),
    ]
    answers.push(await visitor.post('/api/set', { key: 'a', value: 1 }), await visitor.post('/api/set', 'no JSON'))
    answers.push(await visitor.post('/api/logout'))
    for (const { headers } of answers)
      expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['private, no-store', 'Cookie'])
  })

  test.each([
    ['set', 'no JSON'],
    ['set', []],
    ['set', 'null'],
    ['set', { key: 'a' }],
    ['set', { value: 1 }],
    ['set', { key: '', value: 1 }],
    ['set', '{"key":"__proto__","value":{}}'],
    ['set', '{"key":"a","value":{"__proto__":{}}}'],
    ['put', { key: 'a', bytes: -1 }],
    ['put', { key: 'a', bytes: 1.5 }],
    ['put', { key: 'a', bytes: 1e6 }],
    ['slow', { key: 'a', value: 1, delayMs: 1e6 }],
    ['login', {}],
    ['login', { subject: 'alice', remember: 1 }],
    ['regenerate', { flush: 'yes' }],
  ])('%s refuses %j with 400 and changes nothing', async (name, body) => {
    await visitor.post('/api/set', { key: 'colour', value: 'blue' })
    const answer = await visitor.post(`/api/${name}`, body)
    expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([400, 'bad_request'])
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await visitor.session()).toMatchObject({ data: { colour: 'blue' } })
  })

  test('a session that is too large is refused with 413 and stays as it was', async () => {
    const small = storage === 'cookie' ? visitor : new Visitor()
    await small.post('/api/set', { key: 'colour', value: 'blue' })
    const answer = await small.post('/api/put', { key: 'big', bytes: 20_000 })
    expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([413, 'session_too_large'])
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await small.session()).toMatchObject({ data: { colour: 'blue' } })
  })
})

describe('with a store', () => {
  test('a conflict is answered with 409', async () => {
    const visitor = new Visitor({ store: memoryStore(), onConflict: 'throw' })
    await visitor.post('/api/set', { key: 'colour', value: 'blue' })
    const late = visitor.post('/api/slow', { key: 'colour', value: 'red', delayMs: 50 })
    await visitor.post('/api/set', { key: 'colour', value: 'green' })
    const answer = await late
    expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([409, 'session_conflict'])
    expect(await visitor.session()).toMatchObject({ data: { colour: 'green' } })
  })

  test('a session destroyed meanwhile is answered with 410 and does not come back', async () => {
    const visitor = new Visitor({ store: memoryStore() })
    await visitor.post('/api/login', { subject: 'alice' })
    const cookies = new Map(visitor.cookies)
    const late = visitor.post('/api/slow', { key: 'colour', value: 'red', delayMs: 50 })
    await visitor.post('/api/logout')
    const answer = await late
    expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([410, 'session_gone'])
    expect(answer.headers.getSetCookie()).toEqual([])
    visitor.cookies = cookies
    expect((await visitor.get('/api/me')).status).toBe(401)
  })

  test('a store that cannot be asked is answered with 503, and the cookie is left alone', async () => {
    const store = memoryStore()
    const visitor = new Visitor({ store })
    await visitor.post('/api/login', { subject: 'alice' })
    const fault = () => Promise.reject(new Error('connection refused'))
    const broken = new Visitor({ store: { ...store, keyOf: store.keyOf.bind(store), read: fault, write: fault } })
    broken.cookies = visitor.cookies
    for (const answer of [
      await broken.get('/api/session'),
      await broken.get('/api/me'),
      await broken.post('/api/set', { key: 'a', value: 1 }),
      await broken.post('/api/logout'),
    ]) {
      expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([503, 'session_unavailable'])
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })
})

test('a session that is bound to user agent and scheme is read as it is written', async () => {
  const visitor = new Visitor({ bind: ['userAgent', 'scheme'] })
  await visitor.post('/api/login', { subject: 'alice' })
  expect(await visitor.session()).toMatchObject({ present: true, subject: 'alice' })
})

test('an unknown path is answered with 404, a wrong method with 405 and what is allowed', async () => {
  const visitor = new Visitor()
  for (const path of ['/api/nothing', '/api/', '/api/set/', '/api/__proto__', '/set'])
    expect((await visitor.post(path)).status).toBe(404)
  const write = await visitor.get('/api/set')
  expect([write.status, write.headers.get('allow')]).toEqual([405, 'POST'])
  const read = await visitor.post('/api/session')
  expect([read.status, read.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect((await visitor.send('HEAD', '/api/session')).status).toBe(200)
  const both = await visitor.post('/api/sessions')
  expect([both.status, both.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE'])
})

test('everything is 404 unless the environment switches the probe on', async () => {
  const visitor = new Visitor()
  vi.stubEnv('SOJOURN_PROBE', undefined)
  for (const path of ['/api/session', '/api/me']) expect((await visitor.get(path)).status).toBe(404)
  expect((await visitor.post('/api/login', { subject: 'alice' })).status).toBe(404)
  vi.stubEnv('SOJOURN_PROBE', '0')
  expect((await visitor.get('/api/session')).status).toBe(404)
})

import { memoryStore } from '@sojourn/core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { bodyOf, START, Visitor } from './test-support/visitor.ts'

beforeEach(() => {
  vi.stubEnv('SOJOURN_PROBE', '1')
  return () => vi.unstubAllEnvs()
})

describe('somebody on three devices', () => {
  let visitor: Visitor
  let devices: Visitor['cookies'][]

  beforeEach(async () => {
    visitor = new Visitor({ store: memoryStore({ name: crypto.randomUUID() }) })
    devices = []
    for (const name of ['phone', 'laptop', 'tablet']) {
      visitor.cookies = new Map()
      await visitor.post('/api/set', { key: 'device', value: name })
      await visitor.post('/api/login', { subject: 'alice' })
      devices.push(visitor.cookies)
      visitor.now += 60_000
    }
  })

  const statuses = async () => {
    const answers = []
    for (const cookies of devices) {
      visitor.cookies = cookies
      answers.push((await visitor.get('/api/me')).status)
    }
    return answers
  }

  test('sees all sessions, the last used first, and which one is this', async () => {
    const { id } = await visitor.session()
    const answer = await visitor.get('/api/sessions')
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    const { sessions } = await bodyOf(answer)
    expect(sessions).toMatchObject([{ device: 'tablet' }, { device: 'laptop' }, { device: 'phone' }])
    expect(sessions?.filter(({ current }) => current)).toEqual([
      {
        id,
        device: 'tablet',
        began: START + 120_000,
        used: START + 120_000,
        remembered: false,
        expires: { idle: START + 1_020_000, rolling: START + 3_720_000, absolute: START + 86_520_000 },
        current: true,
      },
    ])
  })

  test('is not shown, and does not end, the sessions of others', async () => {
    visitor.cookies = new Map()
    await visitor.post('/api/login', { subject: 'bob' })
    expect(await bodyOf(await visitor.get('/api/sessions'))).toMatchObject({ sessions: [{ current: true }] })
    expect(await bodyOf(await visitor.send('DELETE', '/api/sessions'))).toEqual({ ended: 0 })
    expect(await statuses()).toEqual([200, 200, 200])
  })

  test('ends the other sessions', async () => {
    visitor.cookies = new Map(devices[1])
    const answer = await visitor.send('DELETE', '/api/sessions')
    expect([answer.status, await bodyOf(answer)]).toEqual([200, { ended: 2 }])
    expect(await statuses()).toEqual([401, 200, 401])
  })

  test('ends all sessions, this one too', async () => {
    visitor.cookies = new Map(devices[1])
    const answer = await visitor.send('DELETE', '/api/sessions?all=1')
    expect([answer.status, await bodyOf(answer)]).toEqual([200, { ended: 3 }])
    expect(visitor.cookies.size).toBe(0)
    expect(await statuses()).toEqual([401, 401, 401])
  })

  test('who is not signed in has no list, and ends nothing', async () => {
    visitor.cookies = new Map()
    await visitor.post('/api/set', { key: 'colour', value: 'blue' })
    for (const answer of [await visitor.get('/api/sessions'), await visitor.send('DELETE', '/api/sessions?all=1')])
      expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([401, 'unauthenticated'])
    expect(await visitor.session()).toMatchObject({ data: { colour: 'blue' } })
    expect(await statuses()).toEqual([200, 200, 200])
  })
})

test.each(['/api/sessions', '/api/sessions?all=1'])('%s is answered with 501 where there is no list', async (path) => {
  const visitor = new Visitor()
  await visitor.post('/api/login', { subject: 'alice' })
  for (const method of ['GET', 'DELETE']) {
    const answer = await visitor.send(method, path)
    expect([answer.status, (await bodyOf(answer)).error?.code]).toEqual([501, 'session_unsupported'])
    expect(answer.headers.getSetCookie()).toEqual([])
  }
  expect((await visitor.get('/api/me')).status).toBe(200)
})

import { memoryStore } from '@sojourn/core'
import { beforeEach, expect, test, vi } from 'vitest'
import { sessionList } from './session-list.ts'
import { START, Visitor } from './test-support/visitor.ts'

beforeEach(() => {
  vi.stubEnv('SOJOURN_PROBE', '1')
  return () => vi.unstubAllEnvs()
})

test('nobody who is not signed in has a list', async () => {
  const visitor = new Visitor({ store: memoryStore() })
  await visitor.post('/api/set', { key: 'colour', value: 'blue' })
  expect(await sessionList(visitor.sessions, await visitor.open())).toBeUndefined()
})

test('in cookies there is no list', async () => {
  const visitor = new Visitor()
  await visitor.post('/api/login', { subject: 'alice' })
  expect(await sessionList(visitor.sessions, await visitor.open())).toBeUndefined()
})

test('whatever else keeps the list away is not hidden', async () => {
  const visitor = new Visitor()
  await visitor.post('/api/login', { subject: 'alice' })
  const list = () => Promise.reject(new TypeError('a mistake'))
  await expect(sessionList({ ...visitor.sessions, list }, await visitor.open())).rejects.toThrow('a mistake')
})

test('this device comes first, then the others, the last used first', async () => {
  const visitor = new Visitor({ store: memoryStore({ name: crypto.randomUUID() }) })
  await visitor.post('/api/login', { subject: 'alice' })
  await visitor.post('/api/set', { key: 'device', value: 'Chrome on Linux' })
  const first = { id: (await visitor.session()).id, cookies: visitor.cookies }
  for (const minutes of [1, 2]) {
    visitor.now = START + minutes * 60_000
    visitor.cookies = new Map()
    await visitor.post('/api/login', { subject: 'alice' })
  }
  visitor.cookies = first.cookies
  const session = await visitor.open()
  const other = { id: expect.any(String), device: 'Unknown device', current: false }
  expect(await sessionList(visitor.sessions, session, START + 3_600_000)).toEqual([
    { id: first.id, device: 'Chrome on Linux', current: true, began: '1 h ago', used: '1 h ago' },
    { ...other, began: '58 min ago', used: '58 min ago' },
    { ...other, began: '59 min ago', used: '59 min ago' },
  ])
  expect(await sessionList(visitor.sessions, session, START + 125_000)).toMatchObject([
    { used: '2 min ago' },
    { used: '5 s ago' },
    { used: '1 min ago' },
  ])
})

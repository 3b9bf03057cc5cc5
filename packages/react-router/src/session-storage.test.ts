import { createCookieSessionStorage, createSession, isSession, type SessionStorage } from 'react-router'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionStorage } from './index.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  name: string
}
interface Flash {
  notice: string
}

const secret = 'a secret of these tests, long enough for the rule'

describe.each<[string, () => SessionStorage<Data, Flash>]>([
  [
    "React Router's own cookie storage",
    () => createCookieSessionStorage<Data, Flash>({ cookie: { name: 'session', secrets: [secret] } }),
  ],
  ['sojourn in its place', () => createSessionStorage<Data, Flash>({ secret, name: 'session' })],
])('%s', (_name, createStorage) => {
  let storage: SessionStorage<Data, Flash>
  let visitor: Visitor
  beforeEach(() => {
    storage = createStorage()
    visitor = new Visitor()
  })

  it('makes sessions that React Router knows as such', async () => {
    const session = await storage.getSession(null)
    expect(isSession(session)).toBe(true)
    expect([session.id, session.data]).toEqual(['', {}])
  })

  it('keeps data from request to request, flash values to the first get, and all of it to the destruction', async () => {
    const first = await storage.getSession(visitor.cookieHeader)
    first.set('name', 'Ada')
    first.flash('notice', 'Welcome')
    visitor.receive(await storage.commitSession(first))

    const second = await storage.getSession(visitor.cookieHeader)
    expect(second.data).toEqual({ name: 'Ada', __flash_notice__: 'Welcome' })
    expect(second.get('notice')).toBe('Welcome')
    visitor.receive(await storage.commitSession(second))

    const third = await storage.getSession(visitor.cookieHeader)
    expect(third.has('notice')).toBe(false)
    expect(third.get('name')).toBe('Ada')
    visitor.receive(await storage.destroySession(third))
    expect(visitor.cookies.size).toBe(0)
  })

  it("commits a session that React Router's createSession made", async () => {
    visitor.receive(await storage.commitSession(createSession<Data, Flash>({ name: 'Ada' })))
    expect((await storage.getSession(visitor.cookieHeader)).get('name')).toBe('Ada')
  })
})

describe('createSessionStorage', () => {
  it('has commitHeaders for more than one cookie', async () => {
    const { getSession, commitSession, commitHeaders } = createSessionStorage<Data>({ secret, name: 'session' })
    const session = await getSession(new Visitor().request('/'))
    session.set('name', 'x'.repeat(6000))
    await expect(commitSession(session)).rejects.toThrow('commitHeaders(session)')
    expect((await commitHeaders(session)).getSetCookie()).toHaveLength(3)
  })

  it('takes what the app knows of the client', async () => {
    const storage = (address: string) =>
      createSessionStorage<Data>({ secret, name: 'session', bind: ['address'], clientFacts: () => ({ address }) })
    const visitor = new Visitor()
    const { getSession, commitSession } = storage('192.0.2.1')
    const session = await getSession(visitor.request('/'))
    session.set('name', 'Ada')
    visitor.receive(await commitSession(session))
    expect((await getSession(visitor.request('/'))).present).toBe(true)
    expect((await storage('192.0.2.2').getSession(visitor.request('/'))).refusal).toBe('bound-elsewhere')
  })
})

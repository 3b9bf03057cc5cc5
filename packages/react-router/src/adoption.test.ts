import { createCookieSessionStorage } from 'react-router'
import { describe, expect, it } from 'vitest'
import { createSessionStorage, remixCookie } from './index.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  userId: string
  name: string
}

const secret = 'a secret of these tests, long enough for the rule'
const [OLD, OLDER] = ['router-secret', 'router-secret-before']

const storage = createSessionStorage<Data>({
  secret,
  name: 'session',
  adopt: [{ from: remixCookie({ secrets: [OLD, OLDER] }), name: '__session', until: '2999-12-31' }],
})

/** A browser that got its session from React Router's own storage. */
async function visitorOfReactRouter(secrets: string[]): Promise<Visitor> {
  const { getSession, commitSession } = createCookieSessionStorage<Data>({ cookie: { name: '__session', secrets } })
  const session = await getSession()
  session.set('userId', '7')
  session.set('name', 'Zoë Grün <😀> ?~>ÿ')
  const visitor = new Visitor()
  visitor.receive(await commitSession(session))
  return visitor
}

describe('a session of React Router’s own createCookieSessionStorage', () => {
  it.each([[[OLD]], [[OLDER]]])('signed with %j goes on as one of ours', async (secrets) => {
    const visitor = await visitorOfReactRouter(secrets)
    const session = await storage.getSession(visitor.request('/'))
    expect(session.data).toEqual({ userId: '7', name: 'Zoë Grün <😀> ?~>ÿ' })
    const headers = await storage.commitHeaders(session)
    for (const line of headers.getSetCookie()) visitor.receive(line)
    expect([...visitor.cookies.keys()]).toEqual(['session'])
    expect((await storage.getSession(visitor.request('/'))).get('name')).toBe('Zoë Grün <😀> ?~>ÿ')
  })

  it.each([[[]], [['another secret']]])('signed with %j is nothing', async (secrets) => {
    const visitor = await visitorOfReactRouter(secrets)
    expect((await storage.getSession(visitor.request('/'))).present).toBe(false)
  })
})

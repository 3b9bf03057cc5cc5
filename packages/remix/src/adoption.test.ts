import { createCookieSessionStorage } from '@remix-run/node'
import { describe, expect, it } from 'vitest'
import { createSessions, remixCookie } from './index.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  userId: string
  name: string
  cart: readonly string[]
}

const secret = 'a secret of these tests, long enough for the rule'
const [OLD, OLDER] = ['remix-secret', 'remix-secret-before']

/** A browser that got its session from Remix's own storage. */
async function visitorOfRemix(name: string, secrets = [OLD]): Promise<Visitor> {
  const { getSession, commitSession } = createCookieSessionStorage<Data, { notice: string }>({
    cookie: { name, secrets, path: '/', httpOnly: true },
  })
  const session = await getSession()
  session.set('userId', '7')
  session.set('name', 'Zoë Grün <😀>')
  session.set('cart', ['a', 'b?~>ÿ'])
  session.flash('notice', 'Saved.')
  const visitor = new Visitor()
  visitor.receive(await commitSession(session))
  return visitor
}

const sessionsOf = (name: string) =>
  createSessions<Data>({
    secret,
    name: 'session',
    adopt: [
      {
        from: remixCookie({ secrets: [OLD, OLDER] }),
        name,
        until: '2999-12-31',
        subject: (data) => String(data['userId']),
      },
    ],
  })

describe('a session of Remix’s own createCookieSessionStorage', () => {
  it.each([[[OLD]], [[OLDER]]])('signed with %j goes on as one of ours', async (secrets) => {
    const visitor = await visitorOfRemix('__session', secrets)
    const { getSession, commitHeaders } = sessionsOf('__session')
    const session = await getSession(visitor.request('/'))
    expect([session.get('name'), session.get('cart'), session.subject]).toEqual(['Zoë Grün <😀>', ['a', 'b?~>ÿ'], '7'])
    expect(session.data).not.toHaveProperty('__flash_notice__')

    const headers = await commitHeaders(session)
    for (const line of headers.getSetCookie()) visitor.receive(line)
    expect([...visitor.cookies.keys()]).toEqual(['session'])
    expect((await getSession(visitor.request('/'))).get('name')).toBe('Zoë Grün <😀>')
  })

  it('goes on with commitSession, which returns one cookie, where the name stays', async () => {
    const visitor = await visitorOfRemix('session')
    const { getSession, commitSession } = sessionsOf('session')
    const session = await getSession(visitor.cookieHeader)
    session.set('name', 'Ann')
    visitor.receive(await commitSession(session))
    expect(visitor.cookies.get('session')).toMatch(/^U/)
    expect((await getSession(visitor.cookieHeader)).data).toMatchObject({ name: 'Ann', userId: '7' })
  })

  it('ends with destroySession, before it ever became one of ours', async () => {
    const visitor = await visitorOfRemix('__session')
    const { getSession, destroySession } = sessionsOf('__session')
    visitor.receive(await destroySession(await getSession(visitor.cookieHeader)))
    expect(visitor.cookies.size).toBe(0)
  })

  it('ends with commitHeaders where there is a cookie of ours as well, because destroySession returns one', async () => {
    const visitor = await visitorOfRemix('__session')
    const { getSession, commitHeaders, destroySession } = sessionsOf('__session')
    const old = visitor.cookies.get('__session') ?? ''
    for (const line of (await commitHeaders(await getSession(visitor.cookieHeader))).getSetCookie())
      visitor.receive(line)
    visitor.cookies.set('__session', old)
    await expect(destroySession(await getSession(visitor.cookieHeader))).rejects.toThrow(/commitHeaders/)
    const session = await getSession(visitor.cookieHeader)
    await session.destroy()
    for (const line of (await commitHeaders(session)).getSetCookie()) visitor.receive(line)
    expect(visitor.cookies.size).toBe(0)
  })

  it('goes on with commitHeaders where the name changes, because commitSession returns one cookie', async () => {
    const visitor = await visitorOfRemix('__session')
    const { getSession, commitSession } = sessionsOf('__session')
    await expect(commitSession(await getSession(visitor.cookieHeader))).rejects.toThrow(/commitHeaders/)
  })

  it('is nothing when it was not signed', async () => {
    const visitor = await visitorOfRemix('__session', [])
    const session = await sessionsOf('__session').getSession(visitor.cookieHeader)
    expect([session.present, session.refusal]).toEqual([false, 'malformed'])
  })
})

import type { Session as RemixSession, SessionStorage as RemixSessionStorage, SessionData } from '@remix-run/node'
import type { Session } from '@sojourn/core'
import { assertType, describe, expectTypeOf, it } from 'vitest'
import { createSessions } from './index.ts'

interface Data {
  name: string
  visits: number
}
interface Flash {
  notice: string
}

const storage = createSessions<Data, Flash>()

describe('the storage', () => {
  it('goes wherever Remix wants a SessionStorage', () => {
    expectTypeOf(storage).toExtend<RemixSessionStorage<Data, Flash>>()
    expectTypeOf(createSessions<Data>()).toExtend<RemixSessionStorage<Data>>()
    assertType<RemixSessionStorage>(createSessions<SessionData>())
    const { getSession, commitSession, destroySession } = storage
    assertType<RemixSessionStorage<Data, Flash>>({ getSession, commitSession, destroySession })
  })

  it('commits the sessions of Remix', () => {
    expectTypeOf(storage.commitSession).toBeCallableWith({} as RemixSession<Data, Flash>)
    expectTypeOf(storage.commitHeaders).toBeCallableWith({} as RemixSession<Data, Flash>)
    expectTypeOf(storage.commitSession).returns.resolves.toEqualTypeOf<string>()
  })

  it('opens a request, a Cookie header or nothing', () => {
    expectTypeOf(storage.getSession).toBeCallableWith(new Request('https://app.test'))
    expectTypeOf(storage.getSession).toBeCallableWith('session=value')
    expectTypeOf(storage.getSession).toBeCallableWith(null)
    expectTypeOf(storage.getSession).toBeCallableWith()
  })

  it('takes no cookie options', async () => {
    const session = await storage.getSession()
    // @ts-expect-error lifetimes belong to the configuration
    await storage.commitSession(session, { maxAge: 60 })
    // @ts-expect-error attributes belong to the configuration
    await storage.destroySession(session, { path: '/app' })
  })
})

describe('a session', () => {
  it('is a session of Remix and of sojourn', async () => {
    const session = await storage.getSession()
    expectTypeOf(session).toExtend<RemixSession<Data, Flash>>()
    expectTypeOf(session).toExtend<Session<Data>>()
  })

  it('knows the names and values of its data and of what is flashed', async () => {
    const session = await storage.getSession()
    expectTypeOf(session.get('name')).toEqualTypeOf<string | undefined>()
    expectTypeOf(session.get('visits')).toEqualTypeOf<number | undefined>()
    expectTypeOf(session.get('notice')).toEqualTypeOf<string | undefined>()
    session.set('visits', 1)
    session.flash('notice', 'Saved.')
    // @ts-expect-error no such name
    session.get('nothing')
    // @ts-expect-error not a number
    session.set('visits', 'one')
    // @ts-expect-error only for flash
    session.set('notice', 'Saved.')
  })
})

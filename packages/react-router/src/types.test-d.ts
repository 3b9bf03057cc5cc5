import type { Session } from '@sojourn/core'
import {
  type MiddlewareFunction,
  RouterContextProvider,
  type Session as RouterSession,
  type SessionStorage as RouterSessionStorage,
  type SessionData,
} from 'react-router'
import { assertType, describe, expectTypeOf, it } from 'vitest'
import { createSessionStorage, createSessions } from './index.ts'

interface Data {
  name: string
}
interface Flash {
  notice: string
}

describe('createSessions', () => {
  const { sessionMiddleware, getSession } = createSessions<Data>()

  it('gives a middleware to export from a route', () => {
    assertType<MiddlewareFunction<Response>[]>([sessionMiddleware])
  })

  it('knows the data of the session', async () => {
    expectTypeOf(getSession).toBeCallableWith(new RouterContextProvider())
    expectTypeOf(getSession).returns.resolves.toEqualTypeOf<Session<Data>>()
    const session = await getSession(new RouterContextProvider())
    expectTypeOf(session.data.name).toEqualTypeOf<string | undefined>()
    // @ts-expect-error no such name
    session.data.nothing
  })
})

describe('createSessionStorage', () => {
  const storage = createSessionStorage<Data, Flash>()

  it('goes wherever React Router wants a SessionStorage', () => {
    assertType<RouterSessionStorage<Data, Flash>>(storage)
    assertType<RouterSessionStorage<Data>>(createSessionStorage<Data>())
    assertType<RouterSessionStorage>(createSessionStorage<SessionData>())
  })

  it('opens sessions of React Router and of sojourn', async () => {
    const session = await storage.getSession(null)
    assertType<RouterSession<Data, Flash>>(session)
    assertType<Session<Data>>(session)
    expectTypeOf(session.get('notice')).toEqualTypeOf<string | undefined>()
    // @ts-expect-error only for flash
    session.set('notice', 'Saved.')
  })

  it('takes no cookie options', async () => {
    // @ts-expect-error lifetimes belong to the configuration
    await storage.commitSession(await storage.getSession(), { maxAge: 60 })
  })
})

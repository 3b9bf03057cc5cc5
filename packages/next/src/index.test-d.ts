import type { Session, Sessions } from '@sojourn/core'
import type { NextApiRequest, NextApiResponse } from 'next'
import type { NextRequest, NextResponse } from 'next/server'
import { describe, expectTypeOf, test } from 'vitest'
import { createSessions } from './index.ts'
import { pagesSession } from './pages.ts'
import type { touchSession } from './proxy.ts'

interface Data {
  name: string
  visits: number
}
const { getSession, readSession, withSession, sessions } = createSessions<Data>()

describe('createSessions', () => {
  test('getSession gives a session that can be written', () => {
    expectTypeOf(getSession).returns.resolves.toEqualTypeOf<Session<Data>>()
    expectTypeOf(getSession).returns.resolves.toHaveProperty('save')
    expectTypeOf(getSession).returns.resolves.toHaveProperty('data').toEqualTypeOf<Partial<Data>>()
  })

  test('readSession gives one that cannot', () => {
    for (const verb of ['save', 'update', 'touch', 'regenerate', 'signIn', 'destroy'] as const)
      expectTypeOf(readSession).returns.resolves.not.toHaveProperty(verb)
    expectTypeOf(readSession).returns.resolves.toHaveProperty('data').toEqualTypeOf<Readonly<Partial<Data>>>()
  })

  test('sessions is the core object', () => {
    expectTypeOf(sessions).toEqualTypeOf<Sessions<Data>>()
  })
})

describe('withSession', () => {
  test('keeps what a route handler takes, and answers with a Response', () => {
    type Context = { params: Promise<{ id: string }> }
    const handler = withSession(async (_request: NextRequest, _context: Context): Promise<NextResponse> => {
      throw new Error('not called')
    })
    expectTypeOf(handler).parameters.toEqualTypeOf<[NextRequest, Context]>()
    expectTypeOf(handler).returns.resolves.toEqualTypeOf<Response>()
  })

  test('keeps what a Server Action takes and gives', () => {
    const action = withSession(async (state: { error?: string }, _form: FormData) => state)
    expectTypeOf(action).parameters.toEqualTypeOf<[{ error?: string }, FormData]>()
    expectTypeOf(action).returns.resolves.toEqualTypeOf<{ error?: string }>()
    expectTypeOf(withSession(async (_form: FormData) => {})).returns.resolves.toEqualTypeOf<void>()
  })
})

describe('the other entry points', () => {
  test('take what Next hands over', () => {
    expectTypeOf<NextRequest>().toExtend<Parameters<typeof touchSession>[1]>()
    expectTypeOf<NextResponse>().toExtend<Parameters<typeof touchSession>[2]>()
    const pages = pagesSession(sessions)
    expectTypeOf<NextApiRequest>().toExtend<Parameters<typeof pages>[0]>()
    expectTypeOf<NextApiResponse>().toExtend<Parameters<typeof pages>[1]>()
    expectTypeOf(pages).returns.resolves.toEqualTypeOf<Session<Data>>()
  })
})

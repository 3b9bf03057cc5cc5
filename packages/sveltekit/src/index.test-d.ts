/// <reference path="../fixture/src/app.d.ts" />
import type { ClientFacts } from '@sojourn/core'
import type { RequestEvent } from '@sveltejs/kit'
import { type Handle, sequence } from '@sveltejs/kit/hooks'
import { describe, expectTypeOf, it } from 'vitest'
import { createSessions, type Session, type Sessions } from './index.ts'

interface Data {
  name: string
  list: string[]
}

const { handle, getSession, sessions } = createSessions<Data>({ idle: 60 })

describe('event.locals.session', () => {
  it('is typed by src/app.d.ts', async () => {
    expectTypeOf<RequestEvent['locals']['session']>().toEqualTypeOf<Promise<Session<Data>>>()
    expectTypeOf<Awaited<App.Locals['session']>['data']['name']>().toEqualTypeOf<string | undefined>()
  })
})

describe('createSessions', () => {
  it('returns a hook for sequence', () => {
    expectTypeOf(handle).toEqualTypeOf<Handle>()
    expectTypeOf(sequence(handle)).toEqualTypeOf<Handle>()
  })

  it('returns sessions of the given data', () => {
    expectTypeOf(getSession).toEqualTypeOf<() => Promise<Session<Data>>>()
    expectTypeOf(sessions).toEqualTypeOf<Sessions<Data>>()
  })

  it('takes client facts from the request event', () => {
    createSessions<Data>({
      clientFacts: (event) => {
        expectTypeOf(event).toEqualTypeOf<RequestEvent>()
        return { address: event.request.headers.get('fly-client-ip') ?? '' } satisfies ClientFacts
      },
    })
  })

  it('refuses unknown options and data that is no object', () => {
    // @ts-expect-error an option that does not exist
    createSessions<Data>({ idleTime: 60 })
    // @ts-expect-error not an object
    createSessions<string>()
  })
})

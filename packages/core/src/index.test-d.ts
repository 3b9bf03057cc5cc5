import { assertType, describe, expectTypeOf, test } from 'vitest'
import { createSessions as createCookieSessions } from './cookie.ts'
import {
  type ClientFacts,
  createSessions,
  type Identifier,
  type Jar,
  memoryStore,
  type PartOptions,
  type PersistenceFactory,
  type ReadJar,
  type ReadonlySession,
  type Refusal,
  type Serializer,
  type Session,
  SessionError,
  type SessionEvent,
  type SessionOptions,
  type SessionStore,
  type Sessions,
  type StandardSchema,
  sessionOptionsFromEnv,
} from './index.ts'
import { aes, deflate, gzip, hex, hmac, suiteOf } from './parts.ts'

interface Shop {
  name: string
  cart: string[]
  visits: number
}

declare const sessions: Sessions<Shop>
declare const session: Session<Shop>
declare const reading: ReadonlySession<Shop>
declare const jar: Jar
declare const readJar: ReadJar
declare const serializer: Serializer
declare const bytesOf: Identifier
declare const mysql: SessionStore

describe('createSessions', () => {
  test('gives sessions of the data that it was asked for', () => {
    expectTypeOf(createSessions<Shop>({})).toEqualTypeOf<Sessions<Shop>>()
    expectTypeOf(createCookieSessions<Shop>({})).toEqualTypeOf<Sessions<Shop>>()
    expectTypeOf(sessions.open({ jar })).resolves.toEqualTypeOf<Session<Shop>>()
    expectTypeOf(sessions.read({ jar: readJar })).resolves.toEqualTypeOf<ReadonlySession<Shop>>()
  })

  test('infers data from a schema', () => {
    const schema = {} as StandardSchema<unknown, Shop>
    expectTypeOf(createSessions({ schema })).toEqualTypeOf<Sessions<Shop>>()
  })

  test('takes its options from the environment, with others beside them', () => {
    createSessions<Shop>({ ...sessionOptionsFromEnv({}), onEvent: () => undefined })
  })

  test('takes data that is an object only', () => {
    // @ts-expect-error a session is an object
    createSessions<string>({})
  })

  test('knows its options', () => {
    // @ts-expect-error misspelt
    createSessions<Shop>({ idel: 60 })
    // @ts-expect-error misspelt, one level down
    createSessions<Shop>({ cookie: { samesite: 'lax' } })
    // @ts-expect-error HttpOnly is not to be had off
    createSessions<Shop>({ cookie: { httpOnly: false } })
    // @ts-expect-error an option of the bindings
    createSessions<Shop>({ clientFacts: () => ({}) })
  })

  test('knows their values', () => {
    createSessions<Shop>({ idle: false, rolling: 60, bind: ['userAgent', 'scheme', 'address', 'tlsSession'] })
    // @ts-expect-error seconds, not text
    createSessions<Shop>({ idle: '15m' })
    // @ts-expect-error only deadlines can be switched off
    createSessions<Shop>({ discard: false })
    // @ts-expect-error an unknown fact
    createSessions<Shop>({ bind: ['user-agent'] })
    // @ts-expect-error the host is known and cannot be bound
    createSessions<Shop>({ bind: ['host'] })
    // @ts-expect-error one fact is still a list
    createSessions<Shop>({ bind: 'userAgent' })
    // @ts-expect-error an unknown policy
    createSessions<Shop>({ onConflict: 'ours' })
    // @ts-expect-error an unknown SameSite
    createSessions<Shop>({ cookie: { sameSite: 'Lax' } })
    // @ts-expect-error a schema of other data
    createSessions<Shop>({ schema: {} as StandardSchema<unknown, { other: 1 }> })
    // @ts-expect-error a strategy answers keep or rotate
    createSessions<Shop>({ strategy: () => true })
    // @ts-expect-error migrate is synchronous and gives an object
    createSessions<Shop>({ migrate: () => 'data' })
  })

  test('takes a store, and not what a store is made of', () => {
    createSessions<Shop>({ store: memoryStore() })
    createSessions<Shop>({ store: undefined })
    expectTypeOf(memoryStore()).toExtend<SessionStore>()
    // @ts-expect-error a function that makes one
    createSessions<Shop>({ store: memoryStore })
    // @ts-expect-error a Map is no store
    createSessions<Shop>({ store: new Map() })
  })

  test('takes parts by built-in names, as objects, and by names that only the app knows', () => {
    createSessions<Shop>({ cipher: 'aes', aes: { size: 128, mode: 'cbc' }, hmac: 'sha512', encoder: 'hex' })
    createSessions<Shop>({ cipher: aes(), serializer, compressor: deflate({ threshold: 0 }), identifier: bytesOf })
    createSessions<Shop>({ cipher: 'mine', store: 'mysql', parts: { cipher: { mine: aes() }, store: { mysql } } })
    expectTypeOf<'aes'>().toExtend<NonNullable<PartOptions['cipher']>>()
  })

  test('takes as a part what is one', () => {
    // @ts-expect-error the function that makes it
    createSessions<Shop>({ cipher: aes })
    // @ts-expect-error an HMAC is no cipher
    createSessions<Shop>({ cipher: hmac() })
    // @ts-expect-error nothing to decrypt with
    createSessions<Shop>({ cipher: { name: 'mine', tagLength: 16, encrypt: aes().encrypt } })
    // @ts-expect-error a length is missing
    createSessions<Shop>({ hmac: { name: 'mine', sign: hmac().sign } })
    // @ts-expect-error bytes are no text
    createSessions<Shop>({ serializer: { ...serializer, serialize: () => new Uint8Array() } })
    // @ts-expect-error nothing to wait for
    createSessions<Shop>({ serializer: { ...serializer, serialize: async () => '' } })
    // @ts-expect-error text is no id
    createSessions<Shop>({ identifier: () => 'id' })
    // @ts-expect-error an encoder is synchronous
    createSessions<Shop>({ encoder: { ...hex, encode: async () => '' } })
    // @ts-expect-error another kind of part
    createSessions<Shop>({ parts: { cipher: { mine: hmac() } } })
    // @ts-expect-error no such kind
    createSessions<Shop>({ parts: { chiper: {} } })
    // @ts-expect-error no such size
    createSessions<Shop>({ aes: { size: 512 } })
    // @ts-expect-error a mode of lua-resty-session 3
    aes({ mode: 'ecb' })
    // @ts-expect-error another hash
    hmac('md5')
    // @ts-expect-error misspelt
    gzip({ treshold: 0 })
    // @ts-expect-error a name is an object only after it was looked up
    suiteOf({ cipher: 'aes' })
  })

  test('of the cookie entry takes parts as a suite', () => {
    createCookieSessions<Shop>({ suite: suiteOf({ cipher: aes({ size: 192 }), serializer }) })
    // @ts-expect-error names are what this entry leaves out
    createCookieSessions<Shop>({ cipher: 'aes' })
    // @ts-expect-error parts that were not put together
    createCookieSessions<Shop>({ suite: { cipher: aes() } })
    // @ts-expect-error names are what this entry leaves out
    createCookieSessions<Shop>({ strategy: 'mine' })
    createCookieSessions<Shop>({ strategy: 'regenerate' })
  })

  test('of the cookie entry takes no store', () => {
    // @ts-expect-error records are what this entry leaves out
    createCookieSessions<Shop>({ store: memoryStore() })
    // @ts-expect-error formats of others are what this entry leaves out
    createCookieSessions<Shop>({ persistence: {} as PersistenceFactory })
    // @ts-expect-error misspelt
    createCookieSessions<Shop>({ idel: 60 })
  })
})

describe('a session', () => {
  test('may lack any of its data', () => {
    expectTypeOf(session.data).toEqualTypeOf<Partial<Shop>>()
    expectTypeOf(session.data.cart).toEqualTypeOf<string[] | undefined>()
    expectTypeOf(session.data.visits).not.toBeAny()
  })

  test('holds only what its type knows', () => {
    session.data = { name: 'Ann' }
    session.data.visits = 1
    // @ts-expect-error not a member
    session.data.admin = true
    // @ts-expect-error a number
    session.data.visits = 'one'
    // @ts-expect-error not a member
    session.data = { admin: true }
  })

  test('has an identity that nobody sets', () => {
    expectTypeOf(session.id).toEqualTypeOf<string>()
    expectTypeOf(session.subject).toEqualTypeOf<string | undefined>()
    expectTypeOf(session.refusal).toEqualTypeOf<Refusal | undefined>()
    expectTypeOf(session.expires.idle).toEqualTypeOf<Date | null>()
    // @ts-expect-error signIn sets it
    session.subject = 'ann'
    // @ts-expect-error regenerate changes it
    session.id = 'mine'
    // @ts-expect-error the deadlines are not for the app to move
    session.expires.absolute = new Date()
  })

  test('is changed by its verbs', () => {
    expectTypeOf(session.save()).toEqualTypeOf<Promise<void>>()
    void session.update((data) => {
      expectTypeOf(data).toEqualTypeOf<Partial<Shop>>()
      data.visits = (data.visits ?? 0) + 1
    })
    void session.update((data) => {
      // @ts-expect-error a list of texts
      data.cart = [1]
      // @ts-expect-error not a member
      data.admin = true
    })
    // @ts-expect-error who signs in
    void session.signIn()
    // @ts-expect-error a text
    void session.signIn(42)
    void session.signIn('ann', { remember: true })
    // @ts-expect-error remember is a switch; its times are options
    void session.signIn('ann', { remember: 3600 })
    // @ts-expect-error misspelt
    void session.regenerate({ flash: true })
  })
})

describe('a session to read', () => {
  test('has the same to show', () => {
    expectTypeOf(reading.data.cart).toEqualTypeOf<string[] | undefined>()
    expectTypeOf<keyof ReadonlySession<Shop>>().toEqualTypeOf<
      'id' | 'present' | 'refusal' | 'subject' | 'remembered' | 'expires' | 'data'
    >()
    assertType<ReadonlySession<Shop>>(session)
  })

  test('has nothing to change', () => {
    // @ts-expect-error no verbs
    reading.save()
    // @ts-expect-error no verbs
    reading.destroy()
    // @ts-expect-error data cannot be set
    reading.data.name = 'Bob'
    // @ts-expect-error data cannot be replaced
    reading.data = {}
    // @ts-expect-error it is not a session to write
    assertType<Session<Shop>>(reading)
  })
})

describe('a request', () => {
  test('that ends a session needs a jar that can be written', () => {
    void sessions.destroy({ jar })
    // @ts-expect-error a jar to read
    void sessions.destroy({ jar: readJar })
    void sessions.open({ jar: readJar })
  })

  test('tells facts by their names', () => {
    assertType<ClientFacts>({ userAgent: 'Firefox', scheme: 'https', address: '::1', tlsSession: 'x', host: 'a' })
    // @ts-expect-error another name
    void sessions.open({ jar, facts: { ip: '::1' } })
    // @ts-expect-error another scheme
    void sessions.open({ jar, facts: { scheme: 'ws' } })
  })
})

describe('errors and events', () => {
  test('have codes from a closed set', () => {
    const error = {} as SessionError
    expectTypeOf(error.code).not.toBeAny()
    // @ts-expect-error no such code
    assertType<boolean>(error.code === 'session_expired')
    // @ts-expect-error there are only its kinds
    new SessionError('what happened')
  })

  test('are told apart by their type', () => {
    const listen: NonNullable<SessionOptions<Shop>['onEvent']> = (event) => {
      expectTypeOf(event).toEqualTypeOf<SessionEvent>()
      if (event.type === 'refused') expectTypeOf(event.reason).toEqualTypeOf<Refusal>()
      if (event.type === 'overwritten') expectTypeOf(event.paths).toEqualTypeOf<readonly string[]>()
      // @ts-expect-error only a refusal has a reason
      if (event.type === 'created') assertType(event.reason)
      // @ts-expect-error no such event
      assertType<boolean>(event.type === 'expired')
    }
    assertType(listen)
  })
})

import { describe, expect, it, test } from 'vitest'
import type { SessionOptions } from '../contracts/options.ts'
import type { StandardResult, StandardSchema } from '../contracts/schema.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { SessionConfigError, SessionDataError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { type Data, request, testSessions } from '../test-support/sessions.ts'

type Validate = (value: unknown) => StandardResult<Data> | Promise<StandardResult<Data>>

const schemaOf = (validate: Validate): StandardSchema<unknown, Data> => ({
  '~standard': { version: 1, vendor: 'test', validate },
})

/** A cart of texts, empty by default; `name` is cut to 5 characters, as a schema that transforms does. */
const cart: Validate = (value) => {
  const { cart = [], name, ...rest } = value as { cart?: unknown[]; name?: string }
  const at = Array.isArray(cart) ? cart.findIndex((item) => typeof item !== 'string') : 0
  if (at >= 0) return { issues: [{ message: 'expected text', path: ['cart', { key: at }] }] }
  return { value: { ...rest, cart, ...(name === undefined ? {} : { name: name.slice(0, 5) }) } }
}

const kinds: [string, Validate][] = [
  ['a synchronous schema', cart],
  ['an asynchronous schema', async (value) => cart(value)],
]

/** A browser whose session was saved before there was a schema. */
async function stored(data: Data, options: SessionOptions<Data>) {
  const browser = new Browser()
  await request(testSessions().sessions, browser, (session) => void Object.assign(session.data, data))
  const { sessions, events } = testSessions(options)
  return { browser, sessions, events, open: () => sessions.open({ jar: browser.request() }) }
}

describe.each(kinds)('with %s', (_, validate) => {
  const schema = schemaOf(validate)
  const fresh = () => ({ ...testSessions({ schema }), browser: new Browser() })

  it('a new session has its defaults, which are not worth a cookie', async () => {
    const { sessions, browser, events } = fresh()
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ cart: [] })
    expect(browser.cookies.size).toBe(0)
    expect(events).toEqual([])
  })

  it('data that fits is saved as the app holds it', async () => {
    const { sessions, browser } = fresh()
    await request(sessions, browser, (session) => void (session.data['cart'] = ['tea']))
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ cart: ['tea'] })
  })

  it('data that does not fit is an error at its path, and nothing is saved', async () => {
    const { sessions, browser } = fresh()
    const jar = browser.request()
    const session = await sessions.open({ jar })
    session.data['cart'] = ['tea', 5]
    await expect(session.save()).rejects.toThrow(SessionDataError)
    await expect(session.save()).rejects.toMatchObject({
      path: 'cart.1',
      message: 'Session data at `cart.1`: expected text',
    })
    expect(jar.lines).toEqual([])
  })

  it('stored data that does not fit is refused, and a new session begins', async () => {
    const { open, events } = await stored({ cart: 'tea' }, { schema })
    expect(await open()).toMatchObject({ present: false, refusal: 'schema', data: { cart: [] } })
    expect(events).toEqual([{ type: 'refused', reason: 'schema' }])
  })

  it('stored data is shown with defaults and as transformed, and reading writes nothing', async () => {
    const { browser, sessions, events } = await stored({ name: 'Jonathan' }, { schema })
    const before = new Map(browser.cookies)
    const read = () => request(sessions, browser, (session) => structuredClone(session.data))
    expect(await read()).toEqual({ cart: [], name: 'Jonat' })
    expect(await read()).toEqual({ cart: [], name: 'Jonat' })
    expect(browser.cookies).toEqual(before)
    expect(events).toEqual([])
    await request(sessions, browser, (session) => session.save())
    expect(browser.cookies).toEqual(before)
  })

  it('a change to such data is saved with them', async () => {
    const { browser, sessions } = await stored({ name: 'Jonathan' }, { schema })
    await request(sessions, browser, (session) => void (session.data['seen'] = true))
    const plain = testSessions().sessions
    expect(await request(plain, browser, (session) => session.data)).toEqual({ cart: [], name: 'Jonat', seen: true })
  })

  it('update is held to it as well', async () => {
    const { sessions, browser } = fresh()
    await request(sessions, browser, async (session) => {
      await expect(session.update((data) => void (data['cart'] = [1]))).rejects.toMatchObject({ path: 'cart.0' })
      expect(session).toMatchObject({ present: false, data: { cart: [] } })
    })
  })
})

describe('a schema whose output cannot be stored', () => {
  test.each<[string, Validate, RegExp]>([
    ['a Date', () => ({ value: { when: new Date(0) } }), /cannot be stored at `when`: Date is not plain data/],
    ['a list', () => ({ value: [] as unknown as Data }), /cannot be stored: it is not a plain object/],
    ['nothing', () => ({ value: undefined as unknown as Data }), /not a plain object/],
  ])('is a mistake of the configuration: %s', async (_, validate, message) => {
    const { open } = await stored({ a: 1 }, { schema: schemaOf(validate) })
    await expect(open()).rejects.toThrow(SessionConfigError)
    await expect(open()).rejects.toThrow(message)
  })
})

it('a schema without defaults gives a new session no data', async () => {
  const schema = schemaOf(() => ({ issues: [{ message: 'name is missing' }] }))
  const session = await testSessions({ schema }).sessions.open({ jar: new Browser().request() })
  expect(session.data).toEqual({})
  expect(session.refusal).toBe('missing')
})

it('an issue without a path concerns all of the data', async () => {
  const schema = schemaOf(() => ({ issues: [{ message: 'too much of everything' }] }))
  const session = await testSessions({ schema }).sessions.open({ jar: new Browser().request() })
  session.data['a'] = 1
  await expect(session.save()).rejects.toThrow(new SessionDataError('Session data: too much of everything', ''))
})

describe('data of another version', () => {
  type Migrate = NonNullable<SessionOptions<Data>['migrate']>
  const open = async (migrate: Migrate | undefined, schema?: StandardSchema<unknown, Data>) => {
    const options = { version: 2, ...(migrate && { migrate }), ...(schema && { schema }) }
    return (await stored({ old: 1 }, options)).open()
  }

  it('is migrated, then validated', async () => {
    const session = await open(({ old }, from) => ({ cart: [`${old}`], from }), schemaOf(cart))
    expect(session).toMatchObject({ present: true, data: { cart: ['1'], from: 0 } })
  })

  it.each<[string, Migrate | undefined]>([
    ['nobody migrates it', undefined],
    ['migrate throws', () => JSON.parse('not JSON')],
    ['migrate gives a list', () => []],
    ['migrate gives nothing', () => undefined as unknown as object],
    ['migrate gives what cannot be stored', () => ({ when: new Date(0) })],
    ['migrate gives a promise', async () => ({})],
    ['the schema refuses what migrate gives', () => ({ cart: 5 })],
  ])('is refused where %s', async (_, migrate) => {
    expect(await open(migrate, schemaOf(cart))).toMatchObject({ present: false, refusal: 'schema' })
  })

  it('is refused when it comes from a newer deployment, unless migrate knows the way back', async () => {
    const browser = new Browser()
    await request(testSessions({ version: 3 }).sessions, browser, (session) => void (session.data['new'] = 1))
    const refusalOf = async (sessions: Sessions<Data>) => (await sessions.open({ jar: browser.request() })).refusal
    expect(await refusalOf(testSessions({ version: 2 }).sessions)).toBe('schema')
    expect(await refusalOf(testSessions({ version: 2, migrate: (data) => data }).sessions)).toBeUndefined()
  })
})

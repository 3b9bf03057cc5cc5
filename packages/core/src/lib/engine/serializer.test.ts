import { describe, expect, it, test } from 'vitest'
import type { SessionOptions } from '../contracts/options.ts'
import type { Serializer } from '../contracts/parts.ts'
import type { StandardSchema } from '../contracts/schema.ts'
import { SessionConflictError, SessionDataError, SessionTooLargeError } from '../errors.ts'
import { memoryStore } from '../stores/memory.ts'
import { Browser } from '../test-support/browser.ts'
import { Clock, type Data, request, testSessions } from '../test-support/sessions.ts'

/** JSON that keeps Dates, Maps and `undefined` in lists, and refuses everything else that JSON would change. */
const rich: Serializer = {
  name: 'rich',
  serialize: (data) =>
    JSON.stringify(data, function (this: Record<string, unknown>, key, value) {
      const original = this[key]
      if (original instanceof Date) return { $date: original.getTime() }
      if (original instanceof Map) return { $map: [...original] }
      if (typeof original === 'function') throw new TypeError(`${key} is a function`)
      return value
    }),
  deserialize: (text) =>
    JSON.parse(text, (_key, value) => {
      if (typeof value?.$date === 'number') return new Date(value.$date)
      return value?.$map ? new Map(value.$map) : value
    }),
}

const fresh = (options: SessionOptions<Data> = {}) => ({
  ...testSessions({ serializer: rich, ...options }),
  browser: new Browser(),
})
let stores = 0
const onStore = (options: SessionOptions<Data> = {}) =>
  fresh({ store: memoryStore({ name: `serializer ${stores++}` }), ...options })

const MORNING = new Date('2026-03-01T08:00:00Z')
const NOON = new Date('2026-03-01T12:00:00Z')
const EVENING = new Date('2026-03-01T20:00:00Z')

/** Two requests that overlap, each with its change. */
async function overlapping(
  { sessions, browser }: ReturnType<typeof fresh>,
  first: (data: Data) => void,
  second: (data: Data) => void,
): Promise<Data> {
  const [a, b] = [await sessions.open({ jar: browser.request() }), await sessions.open({ jar: browser.request() })]
  first(a.data)
  second(b.data)
  await a.save()
  await b.save()
  return (await sessions.open({ jar: browser.request() })).data
}

describe('a serializer of one’s own', () => {
  test.each([
    ['in cookies', fresh],
    ['in a store', onStore],
  ])('keeps what it can keep %s', async (_where, sessionsOf) => {
    const { sessions, browser } = sessionsOf()
    const data = { at: NOON, seen: new Map([['tea', 2]]), list: [{ at: MORNING }] }
    await request(sessions, browser, (session) => void Object.assign(session.data, data))
    expect(await request(sessions, browser, (session) => session.data)).toEqual(data)
  })

  it('says by its text whether data was changed, also inside of a Date', async () => {
    const { sessions, browser, events } = fresh()
    await request(sessions, browser, (session) => void (session.data['at'] = new Date(NOON)))
    const cookies = new Map(browser.cookies)
    await request(sessions, browser, (session) => void (session.data['at'] = new Date(NOON)))
    expect(browser.cookies).toEqual(cookies)
    await request(sessions, browser, (session) => void (session.data['at'] as Date).setTime(0))
    expect(browser.cookies).not.toEqual(cookies)
    expect(events.map(({ type }) => type)).toEqual(['created', 'saved'])
  })

  it('refuses what it cannot keep with its own words', async () => {
    const { sessions, browser } = fresh()
    const session = await sessions.open({ jar: browser.request() })
    session.data['run'] = () => 1
    await expect(session.save()).rejects.toThrow(SessionDataError)
    await expect(session.save()).rejects.toThrow('the serializer rich refused it: run is a function')
  })

  test.each<[string, Data, RegExp]>([
    ['a key __proto__', JSON.parse('{"__proto__": 1}'), /not allowed/],
    ['too many levels', Array.from({ length: 70 }).reduce<Data>((inner) => ({ inner }), {}), /deeper than 64/],
    ['too many keys', Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [at, at])), /more than 1000 keys/],
  ])('is held to the same caps: %s', async (_what, data, message) => {
    const { sessions, browser } = fresh()
    const session = await sessions.open({ jar: browser.request() })
    session.data = data
    await expect(session.save()).rejects.toThrow(message)
  })

  it('is not trusted where it gives no text, or half a character', async () => {
    for (const text of [undefined, Promise.resolve('{}'), '"\ud800"']) {
      const serializer = { ...rich, serialize: (data: object) => ('a' in data ? text : '{}') as string }
      const { sessions, browser } = fresh({ serializer })
      const session = await sessions.open({ jar: browser.request() })
      session.data['a'] = 1
      await expect(session.save()).rejects.toThrow(/the serializer rich gave/)
    }
  })

  it('may be an object of a class', async () => {
    class Own implements Serializer {
      readonly name = 'own'
      readonly #indent = 1
      serialize(data: object): string {
        return JSON.stringify(data, null, this.#indent)
      }
      deserialize(text: string): unknown {
        return this.#indent && JSON.parse(text)
      }
    }
    const { sessions, browser } = fresh({ serializer: new Own() })
    await request(sessions, browser, (session) => void (session.data['a'] = [1]))
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ a: [1] })
  })

  it('makes sessions that another one does not open', async () => {
    const { sessions, browser } = fresh()
    await request(sessions, browser, (session) => void (session.data['a'] = 1))
    const { refusal } = await testSessions().sessions.open({ jar: browser.request() })
    expect(refusal).toBe('tampered')
  })

  it('works with a schema, its defaults and update()', async () => {
    const schema: StandardSchema<unknown, Data> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          const { since = MORNING, ...rest } = value as Data
          return since instanceof Date
            ? { value: { since, ...rest } }
            : { issues: [{ message: 'expected a date', path: ['since'] }] }
        },
      },
    }
    const { sessions, browser } = onStore({ schema })
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ since: MORNING })
    await request(sessions, browser, (session) => session.update((data) => void (data['until'] = EVENING)))
    expect(await request(sessions, browser, (session) => session.data)).toEqual({ since: MORNING, until: EVENING })
    const session = await sessions.open({ jar: browser.request() })
    session.data['since'] = 'morning'
    await expect(session.save()).rejects.toThrow('expected a date')
  })

  it('tells what each key takes when a session is too large', async () => {
    const { sessions, browser } = fresh()
    const session = await sessions.open({ jar: browser.request() })
    Object.assign(session.data, { at: NOON, text: 'x'.repeat(20_000) })
    const error: unknown = await session.save().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(SessionTooLargeError)
    expect((error as SessionTooLargeError).bytes).toMatchObject({ text: 20_011, at: expect.any(Number) })
  })
})

describe('in a merge', () => {
  it('a Date that one side changed is that side’s', async () => {
    const parts = onStore()
    await request(
      parts.sessions,
      parts.browser,
      (session) => void Object.assign(session.data, { at: MORNING, by: NOON }),
    )
    const data = await overlapping(
      parts,
      (mine) => void (mine['at'] = EVENING),
      (mine) => void (mine['count'] = 1),
    )
    expect(data).toEqual({ at: EVENING, by: NOON, count: 1 })
    expect(parts.events).toContainEqual(expect.objectContaining({ type: 'conflict', resolved: true }))
  })

  it('of two Dates the later write stands, as of all scalars', async () => {
    const parts = onStore()
    await request(parts.sessions, parts.browser, (session) => void (session.data['at'] = MORNING))
    const data = await overlapping(
      parts,
      (mine) => void (mine['at'] = NOON),
      (mine) => void (mine['at'] = EVENING),
    )
    expect(data).toEqual({ at: EVENING })
    expect(parts.events).toContainEqual(expect.objectContaining({ type: 'overwritten', paths: ['at'] }))
  })

  it('two Maps that both sides changed are a conflict, as two lists are', async () => {
    const parts = onStore()
    await request(parts.sessions, parts.browser, (session) => void (session.data['seen'] = new Map()))
    const add = (name: string) => (data: Data) => void (data['seen'] as Map<string, number>).set(name, 1)
    await expect(overlapping(parts, add('a'), add('b'))).rejects.toThrow(SessionConflictError)
    expect(await overlapping(parts, add('b'), add('b'))).toMatchObject({
      seen: new Map([
        ['a', 1],
        ['b', 1],
      ]),
    })
  })

  it('what cannot be written, assigned while the store is asked, fails the next save and not this one', async () => {
    const store = memoryStore({ name: `serializer ${stores++}` })
    let meanwhile = (): void => undefined
    const write: typeof store.write = (...asked) => {
      meanwhile()
      return store.write(...asked)
    }
    const { sessions, browser } = onStore({ store: { ...store, write } })
    await request(sessions, browser, (session) => void (session.data['seen'] = new Map()))
    const session = await sessions.open({ jar: browser.request() })
    meanwhile = () => void (session.data['seen'] = new Map([['run', () => 1]]))
    await session.update((data) => void (data['count'] = 1))
    expect(session.data['count']).toBe(1)
    await expect(session.save()).rejects.toThrow(SessionDataError)
  })

  it('what the app changes while the store is asked stays', async () => {
    const clock = new Clock()
    const { sessions, browser } = onStore({ now: clock.now })
    const jar = browser.request()
    const session = await sessions.open({ jar })
    session.data['at'] = MORNING
    const saving = session.save()
    session.data['later'] = NOON
    await saving
    expect(session.data).toEqual({ at: MORNING, later: NOON })
    await session.save()
    browser.receive(jar)
    expect((await sessions.open({ jar: browser.request() })).data).toEqual({ at: MORNING, later: NOON })
  })
})

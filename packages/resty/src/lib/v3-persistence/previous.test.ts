import { type Session, SessionConfigError, SessionConflictError } from '@sojourn/core'
import { fakeClock, type TestCookieJar, testCookieJar } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import {
  type Data,
  FACTS,
  newBrowser,
  OTHER_SECRET,
  ownMemory,
  SECRET,
  v3Sessions,
  watchedStore,
} from '../test-support/v3-sessions.ts'
import { v3Format } from '../v3/format.ts'
import { sealV3 } from '../v3/session.ts'

const RENEWAL_IS_DUE = 3100

/** A session in a store with the default strategy, saved once more: the cookie from before, and the one from then on. */
async function scene({ discard = 10, first = 1 } = {}) {
  const clock = fakeClock(1_800_000_000_000)
  const store = ownMemory(clock)
  const made = v3Sessions({}, { store, discard }, clock)
  const { request, sessions } = made
  const before = await request(newBrowser(), put(1))
  clock.advance(first)
  const after = await request(before, first === RENEWAL_IS_DUE ? undefined : put(2))
  expect(after.header()).not.toBe(before.header())
  const key = `sessions:${before.header().replace('session=', '').split('|')[0]}`
  return {
    ...made,
    store,
    before,
    after,
    key,
    open: (jar: TestCookieJar) => sessions.start({ jar, facts: FACTS }, { touch: false }),
    read: async (jar: TestCookieJar) => {
      const { refusal, data } = await sessions.read({ jar, facts: FACTS })
      return refusal ?? data
    },
    kept: async () => (await store.read(`${key}.previous`))?.bytes,
  }
}

const put = (n: number) => (session: Session<Data>) => Object.assign(session.data, { n })

describe('a request that arrives with the cookie that a save has replaced', () => {
  test('finds the session as it was, and is no second session', async () => {
    const { before, after, open, read } = await scene()
    const own = before.next()
    const late = await open(own)
    expect(late).toMatchObject({ present: true, data: { n: 1 } })
    expect(late.id).toBe((await open(after)).id)
    late.data['other'] = 5
    await expect(late.save()).rejects.toThrow(SessionConflictError)
    expect(own.setCookies).toEqual([])
    expect(await read(after)).toEqual({ n: 2 })
  })

  test.each<[string, (session: Session<Data>) => Promise<void>]>([
    ['update', (session) => session.update((data) => Object.assign(data, { n: 3 }))],
    ['regenerate', (session) => session.regenerate()],
  ])('cannot %s', async (_, verb) => {
    const { before, after, open, read, kept } = await scene()
    const own = before.next()
    const late = await open(own)
    const keptBefore = await kept()
    await expect(verb(late)).rejects.toThrow(SessionConflictError)
    await expect(verb(late)).rejects.toThrow(SessionConflictError)
    expect(own.setCookies).toEqual([])
    expect(await kept()).toEqual(keptBefore)
    expect(await read(after)).toEqual({ n: 2 })
  })

  test('can touch it, which does nothing', async () => {
    const { before, after, open, events } = await scene()
    const own = before.next()
    const count = events.length
    await (await open(own)).touch()
    expect(own.setCookies).toEqual([])
    expect(events).toHaveLength(count)
    expect((await open(after)).data).toEqual({ n: 2 })
  })

  test('ends it for good with destroy', async () => {
    const { before, after, request, read, kept, store, key } = await scene()
    const next = await request(before, (session) => session.destroy())
    expect(next.header()).toBe('')
    expect([await read(before), await read(after)]).toEqual(['not-found', 'not-found'])
    expect([await store.read(key), await kept()]).toEqual([undefined, undefined])
  })

  test('finds none once `discard` seconds have passed', async () => {
    const { before, read, clock } = await scene()
    clock.advance(9)
    expect(await read(before)).toEqual({ n: 1 })
    clock.advance(1)
    expect(await read(before)).toBe('tampered')
  })

  test('finds none at all where `discard` is 0, and nothing is kept', async () => {
    const { before, read, kept } = await scene({ discard: 0 })
    expect(await read(before)).toBe('tampered')
    expect(await kept()).toBeUndefined()
  })

  test.each<[string, (session: Session<Data>) => Promise<void>]>([
    ['a logout', (session) => session.destroy()],
    ['a regeneration, as upstream', (session) => session.regenerate()],
  ])('finds none after %s', async (_, verb) => {
    const { before, after, request, read, kept } = await scene()
    await request(after, verb)
    expect([await read(before), await read(after)]).toEqual(['not-found', 'not-found'])
    expect(await kept()).toBeUndefined()
  })

  test('finds none when the record is gone before what was kept', async () => {
    const { before, store, key, read } = await scene()
    await store.delete(key)
    expect(await read(before)).toBe('not-found')
  })

  test('is judged by the times of its own cookie, not by those of the save', async () => {
    const { before, after, read, clock } = await scene({ discard: 600, first: RENEWAL_IS_DUE })
    clock.advance(499)
    expect(await read(before)).toEqual({ n: 1 })
    clock.advance(1)
    expect(await read(before)).toBe('expired-rolling')
    expect(await read(after)).toEqual({ n: 1 })
  })

  test('finds it after a renewal as well', async () => {
    const { before, after, open, read } = await scene({ first: RENEWAL_IS_DUE })
    const own = before.next()
    const late = await open(own)
    expect(late).toMatchObject({ present: true, data: { n: 1 } })
    await late.touch()
    expect(own.setCookies).toEqual([])
    expect(await read(after)).toEqual({ n: 1 })
  })

  test('finds it after a request that has written several times, for the browser has seen one cookie of those', async () => {
    const { after, sessions, read, clock } = await scene()
    clock.advance(RENEWAL_IS_DUE)
    const own = after.next()
    const session = await sessions.start({ jar: own, facts: FACTS })
    expect(own.setCookies).toHaveLength(1)
    for (const n of [3, 4]) {
      clock.advance(9)
      put(n)(session)
      await session.save()
    }
    expect(await read(after)).toEqual({ n: 2 })
    expect(await read(own.next())).toEqual({ n: 4 })
  })

  test('finds it only after the last save', async () => {
    const { before, after, request, read } = await scene()
    const newest = await request(after, put(3))
    expect(await read(before)).toBe('tampered')
    expect(await read(after)).toEqual({ n: 2 })
    expect(await read(newest)).toEqual({ n: 3 })
  })

  test('finds it also when a slower request has failed to save meanwhile', async () => {
    const { after, open, request, read } = await scene()
    const slow = await open(after.next())
    const newer = await request(after, put(3))
    const newest = await request(newer, put(4))
    put(5)(slow)
    await expect(slow.save()).rejects.toThrow(SessionConflictError)
    expect(await read(newer)).toEqual({ n: 3 })
    expect(await read(newest)).toEqual({ n: 4 })
  })

  test('finds it under an older secret too', async () => {
    const clock = fakeClock(1_800_000_000_000)
    const store = ownMemory(clock)
    const before = await v3Sessions({ secret: OTHER_SECRET }, { store }, clock).request(newBrowser(), put(1))
    const { request, sessions } = v3Sessions({ secret: [SECRET, OTHER_SECRET] }, { store }, clock)
    const after = await request(before)
    expect(after.header()).not.toBe(before.header())
    const own = before.next()
    expect((await sessions.start({ jar: own, facts: FACTS })).data).toEqual({ n: 1 })
    expect(own.setCookies).toEqual([])
  })

  test('finds none where nginx has saved, which keeps nothing', async () => {
    const { after, store, key, read, clock } = await scene()
    const settings = v3Format({ secret: SECRET, storage: 'server' })
    const now = Math.floor(clock.now() / 1000)
    const id = settings.encoding.decode(key.replace('sessions:', '')) ?? expect.unreachable()
    const sealed = await sealV3(settings, { id, expires: now + 3600, data: '{"n":3}' }, FACTS)
    await store.write(key, sealed?.stored ?? expect.unreachable(), now + 3600, 'any')
    expect(await read(after)).toBe('tampered')
    expect(await read(testCookieJar(`session=${sealed?.cookie}`))).toEqual({ n: 3 })
  })
})

describe('a request with two cookies', () => {
  const bothOf = (one: TestCookieJar, other: TestCookieJar) => testCookieJar(`${one.header()}; ${other.header()}`)

  test('of one session has it as it is now', async () => {
    const { before, after, read } = await scene()
    expect(await read(bothOf(before, after))).toEqual({ n: 2 })
    expect(await read(bothOf(after, before))).toEqual({ n: 2 })
  })

  test('of two sessions has none, although one of them is superseded', async () => {
    const { before, request, read } = await scene()
    const others = await request(newBrowser(), put(9))
    expect(await read(bothOf(before, others))).toBe('ambiguous')
    expect(await read(bothOf(others, before))).toBe('ambiguous')
    await request(others, put(10))
    expect(await read(bothOf(others, before))).toBe('ambiguous')
  })
})

test('nothing is kept beside a new session, nor with the regenerate strategy', async () => {
  const clock = fakeClock(1_800_000_000_000)
  const { store, keys } = watchedStore('redis')
  const { sessions } = v3Sessions({}, { store, now: Date.now }, clock)
  const session = await sessions.start({ jar: newBrowser(), facts: FACTS })
  for (const n of [1, 2]) {
    put(n)(session)
    await session.save()
  }
  expect(new Set(keys).size).toBe(1)

  const other = watchedStore('redis')
  const regenerating = v3Sessions({}, { store: other.store, now: Date.now, strategy: 'regenerate' })
  await regenerating.request(await regenerating.request(newBrowser(), put(1)), put(2))
  expect(other.keys.filter((key) => key.endsWith('.previous'))).toEqual([])
})

test.each([
  ['redis', /^sessions:[\w-]{22}\.previous$/],
  ['memcached', /^sessions%3A[\w-]{22}\.previous$/],
  ['shm', /^[\w-]{22}\.previous$/],
  ['dshm', /^sessions::[\w-]{22}\.previous$/],
])('the key of what is kept in %s is that of the record and `.previous`', async (name, expected) => {
  const { store, keys } = watchedStore(name)
  const { request, sessions } = v3Sessions({}, { store, now: Date.now })
  const before = await request(newBrowser(), put(1))
  await request(before, put(2))
  expect(keys.filter((key) => expected.test(key))).toHaveLength(1)
  const { refusal, data } = await sessions.read({ jar: before, facts: FACTS })
  expect({ refusal, data }).toEqual({ refusal: undefined, data: { n: 1 } })
})

test('a prefix that leaves no room for it in a key of memcached is refused', () => {
  const sessionsWith = (length: number) =>
    v3Sessions({ prefix: 'p'.repeat(length) }, { store: watchedStore('memcached').store })
  expect(() => sessionsWith(216)).not.toThrow()
  expect(() => sessionsWith(217)).toThrow(SessionConfigError)
})

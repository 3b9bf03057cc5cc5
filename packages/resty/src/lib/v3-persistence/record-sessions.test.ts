import { type Session, SessionConflictError, SessionGoneError, SessionUnsupportedError } from '@sojourn/core'
import { fakeClock } from '@sojourn/testing'
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

type Strategy = 'default' | 'regenerate'

/** Sessions in a store, a browser with one of them, and what the store holds. */
async function scene(strategy: Strategy = 'default', data: Record<string, unknown> = { n: 1 }) {
  const clock = fakeClock(1_800_000_000_000)
  const store = ownMemory(clock)
  const made = v3Sessions({}, { strategy, store }, clock)
  const jar = await made.request(newBrowser(), (session) => {
    Object.assign(session.data, data)
  })
  return {
    ...made,
    store,
    jar,
    open: (from = jar) => made.sessions.start({ jar: from, facts: FACTS }, { touch: false }),
  }
}

const cookieIn = (header: string) => header.replace(/^session=/, '')
const keyOf = (header: string) => `sessions:${cookieIn(header).split('|')[0]}`

describe.each<Strategy>(['default', 'regenerate'])('sessions in a store with the %s strategy', (strategy) => {
  test('are a record under the key of upstream, which ends with the session, and a cookie without data', async () => {
    const { jar, store, clock } = await scene(strategy)
    expect(jar.header()).toMatch(/^session=[\w-]{22}\|1800003600\|[\w-]{27}$/)
    expect((await store.read(keyOf(jar.header())))?.bytes).toHaveLength(16)
    clock.advance(3600)
    expect(await store.read(keyOf(jar.header()))).toBeUndefined()
  })

  test('are not written again by who only reads them', async () => {
    const { jar, request, clock } = await scene(strategy)
    clock.advance(1800)
    const next = await request(jar, (session) => expect(session.data).toEqual({ n: 1 }))
    expect(next.header()).toBe(jar.header())
  })

  test('are renewed for who only reads them', async () => {
    const { jar, request, clock, open } = await scene(strategy)
    clock.advance(3100)
    const next = await request(jar)
    expect(next.header()).toContain('|1800006700|')
    clock.advance(3500)
    expect((await open(next)).data).toEqual({ n: 1 })
  })

  test('end with destroy, for every copy of the cookie', async () => {
    const { jar, request, open, store, sessions } = await scene(strategy)
    const after = await request(jar, (session) => session.destroy())
    expect(after.header()).toBe('')
    expect(await store.read(keyOf(jar.header()))).toBeUndefined()
    expect((await open()).refusal).toBe('not-found')
    expect(sessions.describe().promises.destroyEndsEveryCopy).toBe(true)
  })

  test('of two saves at once keep the first; the second one is told and changes nothing', async () => {
    const { jar, open } = await scene(strategy)
    const [jarOfFirst, jarOfSecond] = [jar.next(), jar.next()]
    const [one, two] = [await open(jarOfFirst), await open(jarOfSecond)]
    one.data['n'] = 2
    two.data['n'] = 3
    await one.save()
    await expect(two.save()).rejects.toThrow(SessionConflictError)
    expect(jarOfSecond.setCookies).toEqual([])
    expect((await open(jarOfFirst.next())).data).toEqual({ n: 2 })
  })

  test('of many saves at once keep one whole', async () => {
    const { jar, open } = await scene(strategy)
    const jars = Array.from({ length: 20 }, () => jar.next())
    const saves = await Promise.allSettled(
      jars.map(async (own, nth) => {
        const session = await open(own)
        session.data['by'] = nth
        await session.save()
      }),
    )
    const winners = jars.filter((_, nth) => saves[nth]?.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    const kept = await open(winners[0]?.next())
    expect(kept.data).toEqual({ n: 1, by: jars.indexOf(winners[0]!) })
  })

  test.each<[string, (session: Session<Data>) => Promise<void>]>([
    ['save', (session) => session.save()],
    ['update', (session) => session.update((data) => Object.assign(data, { n: 3 }))],
    ['regenerate', (session) => session.regenerate()],
    ['touch', (session) => session.touch()],
  ])('that ended are not revived by a slow %s', async (_, verb) => {
    const { jar, open, request, store } = await scene(strategy)
    const slowJar = jar.next()
    const slow = await open(slowJar)
    slow.data['n'] = 2
    await request(jar, (session) => session.destroy())
    await expect(verb(slow)).rejects.toThrow(SessionGoneError)
    expect(slowJar.setCookies).toEqual([])
    expect(await store.read(keyOf(jar.header()))).toBeUndefined()
  })

  test.each<[string, (session: Session<Data>) => Promise<void>]>([
    ['save', (session) => session.save()],
    ['regenerate', (session) => session.regenerate()],
    ['touch', (session) => session.touch()],
  ])('end with destroy in a request that knows nothing of the %s in another one', async (_, verb) => {
    const { jar, open, clock } = await scene(strategy)
    const [ownOfOther, ownOfLogout] = [jar.next(), jar.next()]
    const [other, logout] = [await open(ownOfOther), await open(ownOfLogout)]
    other.data['n'] = 2
    await verb(other)
    expect((await open(ownOfOther.next())).present).toBe(true)
    await logout.destroy()
    clock.advance(60)
    expect((await open(ownOfOther.next())).refusal).toBe('not-found')
  })

  test('end with destroy also when they got several ids meanwhile', async () => {
    const { jar, request, open, clock } = await scene(strategy)
    const logout = await open(jar.next())
    let newest = jar
    for (let n = 0; n < 6; n++) newest = await request(newest, (session) => session.regenerate())
    await logout.destroy()
    clock.advance(60)
    expect((await open(newest)).refusal).toBe('not-found')
  })

  test('have no place for who is signed in', async () => {
    const { open, sessions } = await scene(strategy)
    await expect((await open()).signIn('alice')).rejects.toThrow(SessionUnsupportedError)
    await expect(sessions.revoke('alice')).rejects.toThrow(/resty-v3 session has no place/)
  })

  test('show an id that is not in the cookie, and is the same in every request', async () => {
    const { jar, open, events } = await scene(strategy)
    const { id } = await open()
    expect(id).toMatch(/^[\w-]{32}$/)
    expect(jar.header()).not.toContain(id)
    expect((await open()).id).toBe(id)
    expect(events).toEqual([{ type: 'created', id }])
  })

  test('keep their id in events and on the handle when renewal gives them another', async () => {
    const { jar, clock, sessions, events, open } = await scene(strategy)
    clock.advance(3100)
    const own = jar.next()
    const session = await sessions.start({ jar: own, facts: FACTS })
    expect(events.at(-1)?.type).toBe('renewed')
    expect((await open(own.next())).id).toBe(session.id)
  })
})

describe('the default strategy', () => {
  test('keeps the id and gives every save new keys, so that the cookie before it soon opens no more', async () => {
    const { jar, request, open, clock } = await scene()
    clock.advance(1)
    const next = await request(jar, (session) => Object.assign(session.data, { n: 2 }))
    expect(keyOf(next.header())).toBe(keyOf(jar.header()))
    expect(next.header()).not.toBe(jar.header())
    clock.advance(10)
    expect((await open(jar)).refusal).toBe('tampered')
    expect((await open(next)).data).toEqual({ n: 2 })
  })

  test('ends the old id at once on regenerate', async () => {
    const { jar, request, open, store } = await scene()
    const next = await request(jar, (session) => session.regenerate())
    expect(keyOf(next.header())).not.toBe(keyOf(jar.header()))
    expect(await store.read(keyOf(jar.header()))).toBeUndefined()
    expect((await open(next)).data).toEqual({ n: 1 })
  })

  test('ends a session also when the request that destroys it has the cookie before the last save', async () => {
    const { jar, request, store, clock } = await scene()
    clock.advance(1)
    const next = await request(jar, (session) => Object.assign(session.data, { n: 2 }))
    await request(jar, (session) => session.destroy())
    expect(await store.read(keyOf(next.header()))).toBeUndefined()
  })
})

describe('the regenerate strategy', () => {
  test('gives every save a new id, and the old cookie opens for discard seconds', async () => {
    const { jar, request, open, clock } = await scene('regenerate')
    const next = await request(jar, (session) => Object.assign(session.data, { n: 2 }))
    expect(keyOf(next.header())).not.toBe(keyOf(jar.header()))
    clock.advance(9)
    expect((await open(jar)).data).toEqual({ n: 1 })
    expect((await open(next)).data).toEqual({ n: 2 })
    clock.advance(1)
    expect((await open(jar)).refusal).toBe('not-found')
    expect((await open(next)).data).toEqual({ n: 2 })
  })

  test('lets no request on an old id save, prolong or fork the session, also after a logout', async () => {
    const { jar, request, open, clock, store } = await scene('regenerate')
    const next = await request(jar, (session) => Object.assign(session.data, { n: 2 }))
    await request(next, (session) => session.destroy())
    const own = jar.next()
    const late = await open(own)
    late.data['n'] = 3
    await expect(late.save()).rejects.toThrow(SessionConflictError)
    await late.touch()
    expect(own.setCookies).toEqual([])
    clock.advance(10)
    expect(await store.read(keyOf(jar.header()))).toBeUndefined()
  })

  test('cannot be prolonged by writing another time into the cookie', async () => {
    const { jar, open, clock } = await scene('regenerate')
    clock.advance(30)
    const prolonged = jar.next()
    prolonged.set('session', cookieIn(jar.header()).replace('|1800003600|', '|1800003690|'), {})
    expect((await open(prolonged)).data).toEqual({ n: 1 })
    clock.advance(3575)
    expect((await open(prolonged)).refusal).toBe('not-found')
  })

  test('ends the old id at once when discard is 0', async () => {
    const clock = fakeClock(1_800_000_000_000)
    const { request, sessions } = v3Sessions({}, { strategy: 'regenerate', discard: 0, store: ownMemory(clock) }, clock)
    const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    await request(jar, (session) => Object.assign(session.data, { n: 2 }))
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('not-found')
  })
})

describe('an older secret', () => {
  test.each<Strategy>(['default', 'regenerate'])('opens sessions, and the newest writes them: %s', async (strategy) => {
    const clock = fakeClock(1_800_000_000_000)
    const store = ownMemory(clock)
    const old = v3Sessions({ secret: OTHER_SECRET }, { strategy, store }, clock)
    const jar = await old.request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
    const both = v3Sessions({ secret: [SECRET, OTHER_SECRET] }, { strategy, store }, clock)
    const next = await both.request(jar)
    expect(next.header()).not.toBe(jar.header())
    const newest = v3Sessions({}, { strategy, store }, clock)
    expect((await newest.sessions.read({ jar: next, facts: FACTS })).data).toEqual({ n: 1 })
    expect(both.sessions.describe().secrets).toBe(2)
  })
})

test('a record of DSHM that is changed, or no text of its kind, is tampered with', async () => {
  const { store, keys } = watchedStore('dshm')
  const { request, sessions } = v3Sessions({}, { store, now: Date.now })
  const jar = await request(newBrowser(), (session) => Object.assign(session.data, { n: 1 }))
  const [key = ''] = keys
  const text = new TextDecoder().decode((await store.read(key))?.bytes)
  expect(text).toMatch(/^[\w-]{22}$/)
  const other = text.startsWith('A') ? 'B' : 'A'
  for (const changed of [`${text}=`, other + text.slice(1), text.slice(1), '', '!', 'ä']) {
    await store.write(key, new TextEncoder().encode(changed), Date.now() / 1000 + 60, 'any')
    expect((await sessions.read({ jar, facts: FACTS })).refusal, changed).toBe('tampered')
  }
})

import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  createSessions,
  type Session,
  SessionConflictError,
  SessionGoneError,
  type SessionOptions,
  type SessionStore,
} from '@sojourn/core'
import { dshmStore } from '@sojourn/dshm'
import { memcachedStore } from '@sojourn/memcached'
import { redisStore } from '@sojourn/redis'
import { type TestCookieJar, testCookieJar } from '@sojourn/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import { type BareClient, bareDshm, bareMemcached, bareRedis } from '../test/bare-clients.ts'
import {
  openV3,
  readV3Cookie,
  restyV3,
  sealV3,
  type V3Storage,
  v3Format,
  v3StoredData,
  v3StoredValue,
} from './index.ts'
import type { V3File } from './lib/test-support/v3-vectors.ts'

type Data = Record<string, unknown>
type Strategy = 'default' | 'regenerate'

const SECRET = 'qS0m2-fFfVxkq7p1wO9tYcBzGd4uJh3L8eRaN5iXvEw'
const FACTS = { userAgent: 'test/1.0', scheme: 'https', host: 'example.org' } as const
const address = servers()

interface Backend {
  readonly storage: V3Storage
  readonly open: () => SessionStore
  readonly bare: BareClient
  /** The text before the id in a key. */
  readonly startOfKey: (prefix: string) => string
}

const redis = bareRedis()
const backends: readonly Backend[] = [
  {
    storage: 'redis',
    open: () => redisStore({ host: '127.0.0.1', port: address.redis.port, prefix: 'unused' }),
    bare: redis,
    startOfKey: (prefix) => `${prefix}:`,
  },
  {
    storage: 'memcached',
    open: () => memcachedStore({ port: address.memcached.port }),
    bare: bareMemcached(),
    startOfKey: (prefix) => `${prefix}%3A`,
  },
  {
    storage: 'dshm',
    open: () => dshmStore({ port: address.dshm.ports[0] }),
    bare: bareDshm(),
    startOfKey: (prefix) => `${prefix}::`,
  },
]

const stores: SessionStore[] = []
afterAll(async () => {
  for (const store of stores) await store[Symbol.asyncDispose]?.()
  for (const { bare } of backends) bare.close()
})

const cookieIn = (jar: TestCookieJar) => jar.header().replace(/^session=/, '')
const idIn = (jar: TestCookieJar) => cookieIn(jar).split('|')[0]
const nearly = (ttl: number) => expect.closeTo(ttl, -0.5)

describe.each(backends)('lua-resty-session 3.x and this app on $storage', ({ storage, open, bare, startOfKey }) => {
  /** Two processes of an app, and what a Lua client does beside them. */
  function scene(strategy: Strategy) {
    const prefix = `v3-${randomUUID()}`
    const settings = v3Format({ secret: SECRET, strategy, storage: 'server' })
    const options: SessionOptions<Data> = { strategy, persistence: restyV3({ secret: SECRET, prefix }) }
    const [here, there] = [1, 2].map(() => {
      const store = open()
      stores.push(store)
      return createSessions<Data>({ ...options, store })
    })
    const openHere = (jar: TestCookieJar, sessions = here!) =>
      sessions.start({ jar, facts: FACTS }, { touch: false }) as Promise<Session<Data>>
    const keyIn = (jar: TestCookieJar) => `${startOfKey(prefix)}${idIn(jar)}`

    return {
      prefix,
      openHere,
      openThere: (jar: TestCookieJar) => openHere(jar, there),
      keyIn,

      async saved(data: Data, from = testCookieJar()): Promise<TestCookieJar> {
        const jar = from.next()
        const session = await openHere(jar)
        Object.assign(session.data, data)
        await session.save()
        return jar.next()
      },

      /** What Lua reads of a cookie. */
      async luaReads(jar: TestCookieJar): Promise<unknown> {
        const cookie = readV3Cookie(settings, cookieIn(jar))
        const held = await bare.get(keyIn(jar))
        if (!cookie.ok || !held) return cookie.ok ? 'not found' : cookie.refusal
        const opened = await openV3(settings, cookie.value, FACTS, v3StoredData(settings, storage, held.bytes))
        return opened.ok ? JSON.parse(opened.value.data) : opened.refusal
      },

      /** A session as Lua saves it. */
      async luaSaves(data: string): Promise<TestCookieJar> {
        const content = { id: new Uint8Array(randomBytes(16)), expires: Math.floor(Date.now() / 1000) + 3600, data }
        const sealed = await sealV3(settings, content, FACTS)
        const jar = testCookieJar(`session=${sealed?.cookie}`)
        await bare.set(keyIn(jar), v3StoredValue(settings, storage, sealed?.stored ?? new Uint8Array(0)), 3600)
        return jar
      },
    }
  }

  describe.each<Strategy>(['default', 'regenerate'])('with the %s strategy', (strategy) => {
    test('share what is saved here: key, value and time to live are those of Lua', async () => {
      const { saved, luaReads, keyIn } = scene(strategy)
      const jar = await saved({ n: 1, text: 'ä/€' })
      expect(await luaReads(jar)).toEqual({ n: 1, text: 'ä/€' })
      const held = await bare.get(keyIn(jar))
      expect(held?.bytes).toHaveLength(storage === 'dshm' ? 43 : 32)
      if (storage !== 'dshm') expect(held?.ttl).toEqual(nearly(3600))
    })

    test('share what is saved there, and saved here again', async () => {
      const { luaSaves, luaReads, openHere, saved } = scene(strategy)
      const jar = await luaSaves('{"path":"\\/a","n":1}')
      expect((await openHere(jar)).data).toEqual({ path: '/a', n: 1 })
      const next = await saved({ n: 2 }, jar)
      expect(await luaReads(next)).toEqual({ path: '/a', n: 2 })
      expect(idIn(next) === idIn(jar)).toBe(strategy === 'default')
    })

    test('keep the first of two saves, and the second one is told', async () => {
      const { saved, openHere, openThere, luaReads } = scene(strategy)
      const jar = await saved({ n: 1 })
      const [one, two] = [jar.next(), jar.next()]
      const [first, second] = [await openHere(one), await openThere(two)]
      first.data['n'] = 2
      second.data['n'] = 3
      await first.save()
      await expect(second.save()).rejects.toThrow(SessionConflictError)
      expect(two.setCookies).toEqual([])
      expect(await luaReads(one.next())).toEqual({ n: 2 })
    })

    test('do not revive a session that ended while a request was under way', async () => {
      const { saved, openHere, openThere, keyIn } = scene(strategy)
      const jar = await saved({ n: 1 })
      const slow = await openThere(jar.next())
      slow.data['n'] = 2
      await (await openHere(jar.next())).destroy()
      await expect(slow.save()).rejects.toThrow(SessionGoneError)
      expect(await bare.get(keyIn(jar))).toBeUndefined()
    })
  })

  test('keep what a save of the default strategy replaces: late requests read it, and nobody saves under it', async () => {
    const { saved, openThere, openHere, keyIn, luaReads } = scene('default')
    const jar = await saved({ n: 1 })
    const before = await bare.get(keyIn(jar))
    const next = await saved({ n: 2 }, jar)
    const kept = await bare.get(`${keyIn(jar)}.previous`)
    expect(kept?.bytes).toEqual(before?.bytes)
    if (storage !== 'dshm') expect(kept?.ttl).toEqual(nearly(10))
    expect(await luaReads(jar)).toBe('tampered')
    expect(await luaReads(next)).toEqual({ n: 2 })

    const own = jar.next()
    const late = await openThere(own)
    expect(late).toMatchObject({ present: true, data: { n: 1 } })
    late.data['n'] = 3
    await expect(late.save()).rejects.toThrow(SessionConflictError)
    expect(own.setCookies).toEqual([])
    expect((await openHere(next.next())).data).toEqual({ n: 2 })

    await late.destroy()
    expect([await bare.get(keyIn(jar)), await bare.get(`${keyIn(jar)}.previous`)]).toEqual([undefined, undefined])
    expect((await openHere(jar.next())).refusal).toBe('not-found')
  })

  test('keep the old id of the regenerate strategy for discard seconds, and let nobody save under it', async () => {
    const { saved, openHere, openThere, keyIn, luaReads } = scene('regenerate')
    const jar = await saved({ n: 1 })
    const before = await bare.get(keyIn(jar))
    const next = await saved({ n: 2 }, jar)
    const old = await bare.get(keyIn(jar))
    expect(old?.bytes).toEqual(before?.bytes)
    if (storage !== 'dshm') expect(old?.ttl).toEqual(nearly(10))
    expect(await luaReads(jar)).toEqual({ n: 1 })

    await (await openHere(next.next())).destroy()
    const late = await openThere(jar.next())
    late.data['n'] = 3
    await expect(late.save()).rejects.toThrow(SessionConflictError)
    if (storage !== 'dshm') expect((await bare.get(keyIn(jar)))?.ttl).toBeLessThanOrEqual(10)
  })
})

describe('what a sequence of requests leaves in Redis', () => {
  const { flows }: V3File = JSON.parse(
    readFileSync(new URL('../vectors/lua-resty-session-3.10.json', import.meta.url), 'utf8'),
  )
  const REQUESTS: readonly ((session: Session<Data>) => Promise<void>)[] = [
    (session) => save(session, { a: 1 }),
    (session) => save(session, { a: 2 }),
    (session) => session.regenerate(),
    (session) => session.regenerate({ flush: true }),
    (session) => session.destroy(),
  ]

  const save = (session: Session<Data>, data: Data) => {
    Object.assign(session.data, data)
    return session.save()
  }

  /** Of every session that is left: how long it lives and how long its value is. */
  const summary = (records: readonly { readonly ttl: number; readonly length: number }[]) =>
    records.map(({ ttl, length }) => `${Math.round(ttl / 10) * 10} s, ${length} bytes`).sort()

  test.each<Strategy>(['default', 'regenerate'])('is what upstream leaves: %s', async (strategy) => {
    const prefix = `v3-${randomUUID()}`
    const store = redisStore({ host: '127.0.0.1', port: address.redis.port })
    stores.push(store)
    const sessions = createSessions<Data>({ store, strategy, persistence: restyV3({ secret: SECRET, prefix }) })
    const captured = (flows.find(({ name }) => name === `${strategy}-redis-cbc`)?.steps ?? []).filter(
      ({ redis }) => redis,
    )
    expect(captured).toHaveLength(REQUESTS.length)
    let jar = testCookieJar()
    for (const [at, request] of REQUESTS.entries()) {
      const session = await sessions.start({ jar, facts: FACTS }, { touch: false })
      await request(session)
      jar = jar.next()
      const keys = (await redis.keys(`${prefix}:*`)).filter((key) => !/\.(rotated|previous)$/.test(key))
      const held = await Promise.all(keys.map((key) => redis.get(key)))
      const theirs = Object.values(captured[at]?.redis ?? {})
      expect(summary(held.map((one) => ({ ttl: one?.ttl ?? 0, length: one?.bytes.length ?? 0 })))).toEqual(
        summary(theirs.map(({ ttl, valueBase64 }) => ({ ttl, length: Buffer.from(valueBase64, 'base64').length }))),
      )
    }
    expect(jar.header()).toBe('')
  })
})

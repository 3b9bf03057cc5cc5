import { randomBytes, randomUUID } from 'node:crypto'
import { createSessions, type Session, SessionGoneError, type SessionOptions, type SessionStore } from '@sojourn/core'
import { dshmStore } from '@sojourn/dshm'
import { memcachedStore } from '@sojourn/memcached'
import { redisStore } from '@sojourn/redis'
import { type TestCookieJar, testCookieJar } from '@sojourn/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import { redisCli } from '../../../scripts/lib/servers/ask.mjs'
import { type BareClient, bareDshm, bareMemcached, bareRedis } from '../test/bare-clients.ts'
import {
  openV4,
  type RestyV4,
  type RestyV4Options,
  readV4IndexList,
  readV4Payload,
  readV4Record,
  restyV4,
  sealV4,
  type V4NameStyle,
  v4Format,
  verifyV4,
  writeV4IndexList,
  writeV4Record,
} from './index.ts'

type Data = Record<string, unknown>

const SECRET = 'qS0m2-fFfVxkq7p1wO9tYcBzGd4uJh3L8eRaN5iXvEw'
const FACTS = { userAgent: 'test/1.0', scheme: 'https', host: 'example.org' } as const
const WIRE = v4Format({ secret: SECRET, storage: 'server' })
const SUBJECT = 'john@doe.com'
/** The audience `default` and the subject, as names of the index have them. */
const INDEXED = ['ZGVmYXVsdA', 'am9obkBkb2UuY29t'] as const
const address = servers()

interface Backend {
  readonly style: V4NameStyle
  readonly open: () => SessionStore
  readonly bare: BareClient
  /** How the parts of a key are put together. */
  readonly spelt: (...parts: readonly string[]) => string
}

const backends: readonly Backend[] = [
  {
    style: 'redis',
    open: () => redisStore({ host: '127.0.0.1', port: address.redis.port, prefix: 'unused' }),
    bare: bareRedis(),
    spelt: (...parts) => parts.join(':'),
  },
  {
    style: 'memcached',
    open: () => memcachedStore({ port: address.memcached.port }),
    bare: bareMemcached(),
    spelt: (...parts) => parts.join('%3A'),
  },
  {
    style: 'dshm',
    open: () => dshmStore({ port: address.dshm.ports[0] }),
    bare: bareDshm(),
    spelt: (...parts) => parts.join(':'),
  },
]

const stores: SessionStore[] = []
afterAll(async () => {
  for (const store of stores) await store[Symbol.asyncDispose]?.()
  for (const { bare } of backends) bare.close()
})

const nowInSeconds = () => Math.floor(Date.now() / 1000)
const put = (data: Data) => (session: Session<Data>) => void Object.assign(session.data, data)
const idIn = (jar: TestCookieJar, name = 'session') => Buffer.from(jar.get(name)[0] ?? '', 'base64url').subarray(3, 35)
const keyIn = (jar: TestCookieJar, name?: string) => idIn(jar, name).toString('base64url')

describe.each(backends)('lua-resty-session 4.x and this app on $style', ({ style, open, bare, spelt }) => {
  /** An app, and the beginning of all its keys. */
  function app(format: RestyV4Options = {}, options: SessionOptions<Data> = {}) {
    const prefix = `v4-${randomUUID()}`
    const store = open()
    stores.push(store)
    const resty: RestyV4 = restyV4({ secret: SECRET, prefix, rememberSafety: 'Low', ...format })
    const sessions = createSessions<Data>({ persistence: resty, store, cookie: { secure: false }, ...options })
    const request = async (jar: TestCookieJar, handler: (session: Session<Data>) => unknown = () => undefined) => {
      const own = jar.next()
      const session = await sessions.start({ jar: own, facts: FACTS }, { touch: false })
      await handler(session)
      await sessions.settle(session)
      return own.next()
    }
    return { prefix: format.prefix ?? prefix, sessions, resty, request }
  }

  const held = async (...parts: readonly string[]) => {
    const found = await bare.get(spelt(...parts))
    return found && { ...found, text: Buffer.from(found.bytes).toString() }
  }
  /** DSHM does not tell. */
  const expectTtl = (ttl: number | undefined, expected: number) => {
    if (style === 'dshm') return
    expect(ttl).toBeGreaterThan(expected - 5)
    expect(ttl).toBeLessThanOrEqual(expected + 1)
  }

  test('a session is one record, named and written as Lua does', async () => {
    const { prefix, request } = app()
    const jar = await request(testCookieJar(), put({ n: 42, user: 'alice' }))
    const record = await held(prefix, 'session', keyIn(jar))
    expect(record?.text).toMatch(/^\["[\w-]+"\]$/)
    expectTtl(record?.ttl, 3600)
    const cookie = await verifyV4(WIRE, jar.get('session')[0] ?? '', FACTS)
    const { payload = '' } = readV4Record(record?.text ?? '') ?? {}
    const entries = cookie.ok ? await openV4(WIRE, cookie.value, payload) : cookie
    expect(entries).toMatchObject({ ok: true, value: [{ json: '[{"n":42,"user":"alice"},"default"]' }] })
  })

  test('what Lua has written opens, and is saved under a new key beside the old one', async () => {
    const { prefix, request } = app()
    const now = nowInSeconds()
    const entries = readV4Payload('[[{"lua":"yes","path":"a\\/b"},"default","sub"],[{"x": 1},"other"]]') ?? []
    const content = { id: new Uint8Array(randomBytes(32)), began: now - 100, now, entries }
    const sealed = await sealV4(WIRE, content, FACTS)
    const info = Buffer.from('{"default":{"seen":1}}').toString('base64url')
    const value = writeV4Record({ payload: sealed?.payload ?? '', info })
    const key = Buffer.from(content.id).toString('base64url')
    await bare.set(spelt(prefix, 'session', key), Buffer.from(value), 3600)
    const jar = await request(testCookieJar(`session=${sealed?.cookie}`), (session) => {
      expect(session).toMatchObject({ subject: 'sub', data: { lua: 'yes', path: 'a/b' } })
      session.data['node'] = true
    })
    const old = await held(prefix, 'session', key)
    expect(old?.text).toBe(value)
    expectTtl(old?.ttl, 10)
    const saved = await held(prefix, 'session', keyIn(jar))
    expect(JSON.parse(saved?.text ?? '[]')[1]).toBe(info)
    await request(jar, (session) => expect(session.data).toEqual({ lua: 'yes', path: 'a/b', node: true }))
  })

  test('a remember cookie has a record of its own, and both go with the session', async () => {
    const { prefix, request } = app({ hashStorageKey: false })
    const jar = await request(testCookieJar(), (session) => session.signIn(SUBJECT, { remember: true }))
    const remembered = await held(prefix, 'remember', keyIn(jar, 'remember'))
    expect(remembered?.text).toMatch(/^\["[\w-]+"\]$/)
    expectTtl(remembered?.ttl, 604_800)
    const closed = testCookieJar(`remember=${jar.get('remember')[0]}`)
    const restored = await request(closed, (session) => expect(session.remembered).toBe(true))
    await request(restored, (session) => session.destroy())
    expect(await held(prefix, 'session', keyIn(restored))).toBeUndefined()
    expect(await held(prefix, 'remember', keyIn(restored, 'remember'))).toBeUndefined()
  })

  test('a logout that ends before a save has ended wins', async () => {
    const { sessions, request } = app()
    const jar = await request(testCookieJar(), put({ n: 1 }))
    const own = jar.next()
    const slow = await sessions.start({ jar: own, facts: FACTS })
    await request(jar, (session) => session.destroy())
    slow.data['n'] = 2
    await expect(slow.save()).rejects.toThrow(SessionGoneError)
    expect(own.setCookies).toEqual([])
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('not-found')
  })

  test('parallel saves all stand, each for the browser that gets its cookie', async () => {
    const { request, sessions } = app()
    const jar = await request(testCookieJar(), put({ n: 0 }))
    const saves = await Promise.all(Array.from({ length: 8 }, (_, n) => request(jar, put({ n }))))
    for (const [n, saved] of saves.entries())
      expect((await sessions.read({ jar: saved, facts: FACTS })).data).toEqual({ n })
  })

  describe('the index of a subject', () => {
    /** Keys and when they end, as Lua would read them. */
    const indexIn = async (...name: readonly string[]): Promise<ReadonlyMap<string, number>> => {
      if (style !== 'redis') return readV4IndexList((await held(...name))?.text ?? '', nowInSeconds())
      const lines = await redisCli(address.redis.port, 'ZRANGE', spelt(...name), 0, -1, 'WITHSCORES')
      const words = lines.split('\n')
      return new Map(words.flatMap((key, at) => (at % 2 === 0 && key ? [[key, Number(words[at + 1])] as const] : [])))
    }

    test('has each session until it ends, in seconds', async () => {
      const { prefix, request, sessions } = app({ storeMetadata: true })
      const jar = await request(testCookieJar(), (session) => session.signIn(SUBJECT))
      const index = await indexIn(prefix, 'session', ...INDEXED)
      expect([...index.keys()]).toEqual([keyIn(jar)])
      expect(Math.abs((index.get(keyIn(jar)) ?? 0) - nowInSeconds() - 3600)).toBeLessThan(5)
      if (style === 'redis') {
        const ttl = await redisCli(address.redis.port, 'TTL', spelt(prefix, 'session', ...INDEXED))
        expectTtl(Number(ttl), 3600)
      }
      const saved = await request(jar, put({ n: 1 }))
      const later = await indexIn(prefix, 'session', ...INDEXED)
      expect([...later.keys()].sort()).toEqual([keyIn(jar), keyIn(saved)].sort())
      expect((later.get(keyIn(jar)) ?? 0) - nowInSeconds()).toBeLessThanOrEqual(10)
      expect(await sessions.revoke(SUBJECT)).toBe(2)
      expect((await indexIn(prefix, 'session', ...INDEXED)).size).toBe(0)
      expect((await sessions.read({ jar: saved, facts: FACTS })).refusal).toBe('not-found')
    })

    test('keeps what Lua puts into it', async () => {
      const { prefix, request, resty } = app({ storeMetadata: true, hashSubject: true })
      const name = [prefix, 'session', 'ZGVmYXVsdA', '1wnzcOUrV7TrdfBOKzQixA']
      const theirs = `${'L'.repeat(42)}A`
      const ends = nowInSeconds() + 999
      if (style === 'redis') await redisCli(address.redis.port, 'ZADD', spelt(...name), ends, theirs)
      else await bare.set(spelt(...name), Buffer.from(writeV4IndexList(new Map([[theirs, ends]]))), 0)
      const jar = await request(testCookieJar(), (session) => session.signIn(SUBJECT))
      expect([...(await resty.readMetadata(SUBJECT))].sort()).toEqual([theirs, keyIn(jar)].sort())
      await request(jar, (session) => session.destroy())
      expect([...(await indexIn(...name))]).toEqual([[theirs, ends]])
    })

    test('loses none of many sign-ins at a time', async () => {
      const { request, resty } = app({ storeMetadata: true })
      const jars = await Promise.all(
        Array.from({ length: 8 }, () => request(testCookieJar(), (session) => session.signIn(SUBJECT))),
      )
      expect([...(await resty.readMetadata(SUBJECT))].sort()).toEqual(jars.map((jar) => keyIn(jar)).sort())
    })
  })
})

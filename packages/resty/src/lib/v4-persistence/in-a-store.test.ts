import { createHash } from 'node:crypto'
import { SessionGoneError } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { decodedCookie, FACTS, minted, newBrowser, START, v4SessionsIn } from '../test-support/v4-sessions.ts'

const put = (data: object) => (session: { data: object }) => Object.assign(session.data, data)

describe('in a store', () => {
  test('the record before lives for `discard` seconds, so that parallel requests find it', async () => {
    const { request, store, clock, sessions } = v4SessionsIn('in a store', {}, { discard: 20 })
    const first = await request(newBrowser(), put({ n: 1 }))
    const second = await request(first, put({ n: 2 }))
    clock.advance(19)
    expect((await sessions.read({ jar: first, facts: FACTS })).data).toEqual({ n: 1 })
    clock.advance(1)
    expect((await sessions.read({ jar: first, facts: FACTS })).refusal).toBe('not-found')
    expect((await sessions.read({ jar: second, facts: FACTS })).data).toEqual({ n: 2 })
    const { key } = await decodedCookie(second, 'session', store)
    expect(await store?.read(key)).toBeDefined()
  })

  test('a sign-in ends the record before at once', async () => {
    const { request, sessions } = v4SessionsIn('in a store')
    const first = await request(newBrowser(), put({ n: 1 }))
    await request(first, (session) => session.signIn('alice'))
    expect((await sessions.read({ jar: first, facts: FACTS })).refusal).toBe('not-found')
  })

  test('destroy ends also what the same handle has replaced', async () => {
    const { request, sessions } = v4SessionsIn('in a store')
    const first = await request(newBrowser(), put({ n: 1 }))
    await request(first, async (session) => {
      session.data['n'] = 2
      await session.save()
      await session.destroy()
    })
    expect((await sessions.read({ jar: first, facts: FACTS })).refusal).toBe('not-found')
  })

  test('destroy ends a session that is refused for its times', async () => {
    const { request, clock, store } = v4SessionsIn('in a store')
    const jar = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(jar, 'session', store)
    clock.advance(1000)
    const after = await request(jar, async (session) => {
      expect(session.refusal).toBe('expired-idle')
      await session.destroy()
    })
    expect(after.header()).toBe('')
    expect(await store?.read(key)).toBeUndefined()
  })

  test('the record lives as long as the session may, and no longer than its absolute deadline', async () => {
    const { request, store, clock } = v4SessionsIn('in a store', {}, { absolute: 4000, idle: false })
    const first = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(first, 'session', store)
    clock.advance(3500)
    const second = await request(first, put({ n: 2 }))
    const later = await decodedCookie(second, 'session', store)
    clock.advance(100)
    expect(await store?.read(key)).toBeUndefined()
    clock.advance(399)
    expect(await store?.read(later.key)).toBeDefined()
    clock.advance(1)
    expect(await store?.read(later.key)).toBeUndefined()
  })

  test('info goes along unread', async () => {
    const { request, store, resty } = v4SessionsIn('in a store')
    const info = Buffer.from('{"default":{"seen":7},"other":{"x":[]}}').toString('base64url')
    const jar = await minted(newBrowser(), 'session', '[[{"n":1},"default"]]', store, { info })
    const saved = await request(jar, put({ n: 2 }))
    const { key } = await decodedCookie(saved, 'session', store)
    const record = Buffer.from((await store!.read(key))!.bytes).toString()
    expect(record).toMatch(/^\["[\w-]+","[\w-]+"\]$/)
    expect(JSON.parse(record)[1]).toBe(info)
    expect(await resty.entries({ jar: saved, facts: FACTS })).toEqual([
      { audience: 'default', subject: undefined, data: { n: 2 }, info: { seen: 7 } },
    ])
  })

  test('keys have a prefix, a suffix and a hash, as they are asked for', async () => {
    const { request, store } = v4SessionsIn('in a store', { prefix: 'pfx', suffix: 'sfx', hashStorageKey: true })
    const jar = await request(newBrowser(), put({ n: 1 }))
    const id = Buffer.from(jar.get('session')[0]!, 'base64url').subarray(3, 35)
    const hashed = createHash('sha256').update(id).digest('base64url')
    expect(await store?.read(`pfx:session:${hashed}:sfx`)).toBeDefined()
    await request(jar, (session) => expect(session.data).toEqual({ n: 1 }))
  })

  test('what is no record is refused', async () => {
    const { request, store, sessions } = v4SessionsIn('in a store')
    const jar = await request(newBrowser(), put({ n: 1 }))
    const { key } = await decodedCookie(jar, 'session', store)
    for (const [text, refusal] of [
      ['', 'malformed'],
      ['[]', 'malformed'],
      ['["AAAA"]', 'malformed'],
      ['\xff', 'malformed'],
    ] as const) {
      await store?.write(key, new Uint8Array(Buffer.from(text, 'latin1')), START + 999, 'any')
      expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe(refusal)
    }
  })

  test('a handle that was opened before a logout cannot save', async () => {
    const { request, sessions } = v4SessionsIn('in a store')
    const jar = await request(newBrowser(), put({ n: 1 }))
    await request(jar, async (slow, own) => {
      await request(jar, (session) => session.destroy())
      slow.data['n'] = 2
      await expect(slow.save()).rejects.toThrow(SessionGoneError)
      expect(own.setCookies).toEqual([])
    })
    expect((await sessions.read({ jar, facts: FACTS })).refusal).toBe('not-found')
  })
})

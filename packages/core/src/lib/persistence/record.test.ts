import { describe, expect, it, test, vi } from 'vitest'
import { memoryStore } from '../../index.ts'
import type { Bytes, SessionStore } from '../contracts/store.ts'
import { SessionGoneError } from '../errors.ts'
import { Browser } from '../test-support/browser.ts'
import { randomFrom } from '../test-support/random.ts'
import { request, testSessions } from '../test-support/sessions.ts'

const FOREVER = 2 ** 40
let stores = 0

/** A store that can be looked into: the records of its sessions, in the order they were first written. */
function glassStore(holds: SessionStore['holds'] = 'bytes') {
  const memory = memoryStore({ name: `record-${stores++}` })
  const keys = new Set<string>()
  const texts: string[] = []
  const store: SessionStore = {
    ...memory,
    holds,
    keyOf: (id) => `app:${id}`,
    write: (key, bytes, ...rest) => {
      keys.add(key)
      texts.push(key, Buffer.from(bytes).toString('latin1'))
      return memory.write(key, bytes, ...rest)
    },
  }
  const put = async (key: string, bytes: Bytes) => void (await memory.write(key, bytes, FOREVER, 'any'))
  const get = async (key: string): Promise<Bytes> => (await memory.read(key))?.bytes ?? new Uint8Array()
  return { store, keys: () => [...keys], texts, put, get, memory }
}

const KINDS = ['bytes', 'ascii'] as const

async function setUp(holds: SessionStore['holds'] = 'bytes') {
  const glass = glassStore(holds)
  const { sessions, events, clock } = testSessions({ store: glass.store })
  const [ann, bob] = [new Browser(), new Browser()]
  for (const [browser, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
  ] as const)
    await request(sessions, browser, (session) => void (session.data['canary'] = `canary of ${name}`))
  const [annsKey = '', bobsKey = ''] = glass.keys()
  const open = (browser: Browser) => sessions.open({ jar: browser.request() })
  return { ...glass, sessions, events, clock, ann, bob, annsKey, bobsKey, open }
}

describe.each(KINDS)('a store that holds %s', (holds) => {
  it('is given all that a session needs', async () => {
    const { sessions, ann, texts } = await setUp(holds)
    await request(sessions, ann, (session) => session.signIn('ann'))
    await request(sessions, ann, (session) => session.regenerate())
    expect(await request(sessions, ann, (session) => [session.subject, session.data])).toEqual([
      'ann',
      { canary: 'canary of ann' },
    ])
    if (holds === 'ascii') for (const text of texts) expect(text).toMatch(/^[\x21-\x7e]+$/)
  })

  it('learns nothing: neither data nor subject nor what the cookie holds', async () => {
    const { sessions, ann, texts } = await setUp(holds)
    await request(sessions, ann, (session) => session.signIn('canary-subject'))
    const cookie = ann.cookies.get('session') ?? ''
    for (const text of texts) {
      expect(text).not.toContain('canary')
      expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('canary')
      expect(cookie).not.toContain(text.replace('app:', ''))
    }
  })

  it('has nothing under a key but the prefix and 43 characters of base64url', async () => {
    const { keys } = await setUp(holds)
    for (const key of keys()) expect(key).toMatch(/^app:[\w-]{43}$/)
  })

  it('that changed one bit of a record is found out, wherever the bit is', async () => {
    const { open, ann, annsKey, get, put } = await setUp(holds)
    const record = await get(annsKey)
    const random = randomFrom(3)
    for (let at = 0; at < record.length; at += holds === 'bytes' ? 1 : 7) {
      const changed = record.slice()
      changed[at] = (changed[at] ?? 0) ^ (1 << random.int(holds === 'ascii' ? 7 : 8))
      await put(annsKey, changed)
      const session = await open(ann)
      // Base64url is read leniently from a store: some changes of its text change none of what it says.
      if (holds === 'ascii' && session.present) expect(session.data).toEqual({ canary: 'canary of ann' })
      else expect(session.refusal).toMatch(/^(tampered|malformed|unknown-key)$/)
    }
    await put(annsKey, record)
    expect((await open(ann)).present).toBe(true)
  })

  test.each<[string, (record: Bytes) => Bytes]>([
    ['nothing', () => new Uint8Array()],
    ['one byte', () => new Uint8Array(1)],
    ['half of it', (record) => record.slice(0, record.length >> 1)],
    ['all but the last byte', (record) => record.slice(0, -1)],
    ['more than it', (record) => new Uint8Array([...record, 65, 65, 65, 65])],
    ['it twice', (record) => new Uint8Array([...record, ...record])],
    ['zeros', (record) => new Uint8Array(record.length)],
    ['bytes that are no text', (record) => new Uint8Array(record.length).fill(0xff)],
    ['64 KB of text', () => new Uint8Array(65_536).fill(0x55)],
  ])('and gives %s for a record has no session', async (_, change) => {
    const { open, ann, annsKey, get, put } = await setUp(holds)
    await put(annsKey, change(await get(annsKey)))
    const session = await open(ann)
    expect(session).toMatchObject({ present: false, data: {} })
    expect(session.refusal).toMatch(/^(tampered|malformed|unknown-key)$/)
  })
})

describe('who can write to the store', () => {
  it('cannot move a record to another session', async () => {
    const { open, ann, bob, annsKey, bobsKey, get, put, events } = await setUp()
    const [annsRecord, bobsRecord] = [await get(annsKey), await get(bobsKey)]
    await put(annsKey, bobsRecord)
    await put(bobsKey, annsRecord)
    events.length = 0
    for (const browser of [ann, bob]) expect(await open(browser)).toMatchObject({ refusal: 'tampered', data: {} })
    expect(events).toEqual([
      { type: 'refused', reason: 'tampered' },
      { type: 'refused', reason: 'tampered' },
    ])
  })

  it('can roll a record back, and no other session shows', async () => {
    const { sessions, open, ann, annsKey, get, put } = await setUp()
    const before = await get(annsKey)
    await request(sessions, ann, (session) => void (session.data['n'] = 1))
    await put(annsKey, before)
    expect((await open(ann)).data).toEqual({ canary: 'canary of ann' })
  })

  it('can bring back a destroyed session’s bytes, not under another key', async () => {
    const { sessions, open, ann, bob, annsKey, bobsKey, get, put } = await setUp()
    const stolen = await get(annsKey)
    await request(sessions, ann, (session) => session.destroy())
    await put(bobsKey, stolen)
    expect(await open(bob)).toMatchObject({ present: false, refusal: 'tampered' })
  })

  it('cannot put a session in place of its own tombstone by an old pointer', async () => {
    const { sessions, open, ann, annsKey, get, put } = await setUp()
    const replayed = new Browser()
    replayed.cookies.set('session', ann.cookies.get('session') ?? '')
    await request(sessions, ann, (session) => session.regenerate())
    const pointer = await get(annsKey)
    await request(sessions, ann, (session) => session.destroy())
    await put(annsKey, pointer)
    expect(await open(replayed)).toMatchObject({ present: false, refusal: 'destroyed' })
  })

  it('can make a handle fail, and not write to what it put there', async () => {
    const { open, ann, annsKey, bobsKey, get, put } = await setUp()
    const session = await open(ann)
    await put(annsKey, await get(bobsKey))
    session.data['n'] = 1
    await expect(session.save()).rejects.toThrow(SessionGoneError)
    expect(await get(annsKey)).toEqual(await get(bobsKey))
  })
})

describe('a record that is gone', () => {
  it('F3: is not made again by a handle that found it', async () => {
    const { open, ann, annsKey, memory, get } = await setUp()
    for (const verb of ['save', 'regenerate', 'touch'] as const) {
      const session = await open(ann)
      session.data['n'] = 1
      const record = await get(annsKey)
      await memory.delete(annsKey)
      await expect(session[verb]()).rejects.toThrow(SessionGoneError)
      expect(await memory.read(annsKey)).toBeUndefined()
      await memory.write(annsKey, record, FOREVER, 'any')
    }
  })

  it('F1: leaves a cookie that opens nothing, and what is saved then has another id', async () => {
    const { sessions, open, ann, annsKey, memory, keys } = await setUp()
    const before = await request(sessions, ann, (session) => session.id)
    await memory.delete(annsKey)
    expect((await open(ann)).refusal).toBe('not-found')
    const after = await request(sessions, ann, async (session) => {
      session.data['n'] = 1
      await session.save()
      return session.id
    })
    expect(after).not.toBe(before)
    expect(keys()).toHaveLength(3)
    expect(await memory.read(annsKey)).toBeUndefined()
  })

  it('R04: was never there for an id that this server did not issue', async () => {
    const { open } = await setUp()
    const elsewhere = await setUp()
    expect((await open(elsewhere.ann)).refusal).toBe('not-found')
  })
})

it('a rotation that lost its race leaves nothing behind, in the store nor in the index', async () => {
  const { sessions, ann, keys, memory, open } = await setUp()
  const { index } = memory
  const add = vi.spyOn(index, 'add')
  await request(sessions, ann, (session) => session.signIn('ann'))
  const before = keys().length
  const handles = await Promise.all([1, 2, 3].map(() => open(ann)))
  await Promise.all(handles.map((session) => session.regenerate()))
  const live = await Promise.all(keys().map(async (key) => (await memory.read(key)) !== undefined))
  // Each tried a successor under an id of its own; the pointer was there before.
  expect(keys().length).toBeGreaterThan(before)
  expect(live.slice(before).filter(Boolean)).toHaveLength(1)
  const sets = new Set(add.mock.calls.map(([set]) => set))
  const [set = ''] = sets
  expect(sets.size).toBe(1)
  expect(await index.members(set)).toHaveLength(1)
})

describe('a chain of rotations', () => {
  it('is followed for four hops, and ends', async () => {
    const { sessions, ann, open } = await setUp()
    const cookies = [ann.cookies.get('session') ?? '']
    for (let nth = 0; nth < 5; nth++) {
      await request(sessions, ann, (session) => session.regenerate())
      cookies.push(ann.cookies.get('session') ?? '')
    }
    const refusals = []
    for (const cookie of cookies) {
      const browser = new Browser()
      browser.cookies.set('session', cookie)
      refusals.push((await open(browser)).refusal)
    }
    expect(refusals).toEqual(['destroyed', undefined, undefined, undefined, undefined, undefined])
  })
})

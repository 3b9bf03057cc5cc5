import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Bytes, SessionStore, StoreNotice } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { type MemoryStore, type MemoryStoreOptions, memoryStore } from './memory.ts'
import { memorySpace } from './memory-space.ts'

const second = 1_800_000_000
let time = second * 1000
const now = (): number => time
const later = second + 3600

const opened: MemoryStore[] = []
let names = 0

/** A store of its own, emptied after the test. */
function open(options: MemoryStoreOptions = {}): MemoryStore {
  const store = memoryStore({ name: `test-${++names}`, now, ...options })
  opened.push(store)
  return store
}

const held = () => memorySpace(`test-${names}`)
const bytes = (length: number): Bytes => new Uint8Array(length).fill(7)
const put = (store: SessionStore, key: string, length = 10, expiresAt = later) =>
  store.write(key, bytes(length), expiresAt, 'any')

async function keysIn(store: SessionStore, keys: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const key of keys) if (await store.read(key)) found.push(key)
  return found
}

afterEach(async () => {
  time = second * 1000
  for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
})

describe('a memory store within its bounds', () => {
  test('drops the least recently written value when it holds too many, and says so', async () => {
    const store = open({ maxEntries: 3 })
    const notices: StoreNotice[] = []
    store.onNotice((notice) => notices.push(notice))
    for (const key of ['a', 'b', 'c']) await put(store, key)
    expect(notices).toEqual([])
    await put(store, 'd')
    expect(await keysIn(store, ['a', 'b', 'c', 'd'])).toEqual(['b', 'c', 'd'])
    expect(notices).toEqual([{ type: 'evicted', count: 1 }])
  })

  test('tells whoever listens later how many values it dropped before', async () => {
    const store = open({ maxEntries: 1 })
    for (const key of ['a', 'b', 'c']) await put(store, key)
    const notices: StoreNotice[] = []
    store.onNotice((notice) => notices.push(notice))
    expect(notices).toEqual([{ type: 'evicted', count: 2 }])
  })

  test('counts a read as use', async () => {
    const store = open({ maxEntries: 3 })
    for (const key of ['a', 'b', 'c']) await put(store, key)
    await store.read('a')
    await put(store, 'd')
    expect(await keysIn(store, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd'])
  })

  test('counts a write over an old value as use', async () => {
    const store = open({ maxEntries: 3 })
    for (const key of ['a', 'b', 'c', 'a', 'd']) await put(store, key)
    expect(await keysIn(store, ['a', 'b', 'c', 'd'])).toEqual(['a', 'c', 'd'])
  })

  test('counts keys and values as bytes, and drops as many values as a large one needs', async () => {
    const store = open({ maxBytes: 40 })
    for (const key of ['a', 'b', 'c']) await put(store, key, 9)
    expect(held().recordBytes).toBe(30)
    await put(store, 'd', 29)
    expect(await keysIn(store, ['a', 'b', 'c', 'd'])).toEqual(['c', 'd'])
    expect(held().recordBytes).toBe(40)
  })

  test('forgets the size of a value that was replaced, deleted or has expired', async () => {
    const store = open()
    await put(store, 'a', 99)
    await put(store, 'a', 9)
    expect(held().recordBytes).toBe(10)
    await put(store, 'b', 9, second + 5)
    await store.delete('a')
    time += 5000
    await store.read('b')
    expect(held().recordBytes).toBe(0)
    expect(held().records.size).toBe(0)
  })

  test('takes a value of exactly maxBytes and throws for one byte more, keeping what it has', async () => {
    const store = open({ maxBytes: 100 })
    await put(store, 'a', 9)
    await expect(put(store, 'b', 100)).rejects.toThrow('cannot hold 101 bytes: maxBytes is 100')
    expect(await keysIn(store, ['a', 'b'])).toEqual(['a'])
    await put(store, 'b', 99)
    expect(await keysIn(store, ['a', 'b'])).toEqual(['b'])
  })

  test('lets expired values go in passing, without being asked for them', async () => {
    const store = open()
    for (let n = 0; n < 500; n++) await put(store, `short-${n}`, 10, second + 5)
    await put(store, 'long')
    time += 5000
    for (let n = 0; n < 251; n++) await store.read('long')
    expect([...held().records.keys()]).toEqual(['long'])
  })

  test('lets expired values go while as many new ones come', async () => {
    const store = open()
    for (let n = 0; n < 2000; n++) {
      await put(store, `key-${n}`, 10, Math.floor(now() / 1000) + 10)
      time += 1000
    }
    expect(held().records.size).toBeLessThan(50)
  })

  test.each([
    ['maxBytes', 0],
    ['maxBytes', Number.NaN],
    ['maxEntries', -1],
    ['maxEntries', 1.5],
  ])('refuses %s = %d at construction', (option, value) => {
    expect(() => memoryStore({ [option]: value })).toThrow(SessionConfigError)
    expect(() => memoryStore({ [option]: value })).toThrow(option)
  })
})

describe('memory stores of one process', () => {
  test('share what they hold when they have the same name', async () => {
    const [one, two, other] = [open({ name: 'same' }), open({ name: 'same' }), open()]
    await put(one, 'a')
    expect(await two.read('a')).toEqual(await one.read('a'))
    expect(await other.read('a')).toBeUndefined()
  })

  test('share it between copies of the module, revisions included', async () => {
    vi.resetModules()
    const copy = await import('./memory.ts')
    expect(copy.memoryStore).not.toBe(memoryStore)
    const mine = open({ name: 'copied' })
    const theirs = copy.memoryStore({ name: 'copied', now })
    const revisions = new Set<string>()
    for (const store of [mine, theirs, mine, theirs]) {
      const written = await put(store, 'a')
      if (written.ok) revisions.add(written.revision)
    }
    expect(revisions.size).toBe(4)
    expect(await theirs.read('a')).toEqual(await mine.read('a'))
    expect(await mine.lock.acquire('a', 'mine', 10)).toBe(true)
    expect(await theirs.lock.acquire('a', 'theirs', 10)).toBe(false)
  })

  test('never give a key a revision again, not even after eviction and disposal', async () => {
    const store = open({ maxEntries: 1 })
    const revisions = new Set<string>()
    for (const key of ['a', 'b', 'a', 'b', 'a']) {
      const written = await put(store, key)
      if (written.ok) revisions.add(written.revision)
      if (revisions.size === 3) await store[Symbol.asyncDispose]()
    }
    expect(revisions.size).toBe(5)
  })

  test('are empty after one of them is disposed of', async () => {
    const [one, two] = [open({ name: 'emptied' }), open({ name: 'emptied' })]
    await put(one, 'a')
    await one.lock.acquire('a', 'token', 10)
    await one.index.add('set', 'a', later)
    await one[Symbol.asyncDispose]()
    expect(await two.read('a')).toBeUndefined()
    expect(await two.lock.acquire('a', 'other', 10)).toBe(true)
    expect(await two.index.members('set')).toEqual([])
    expect(memorySpace('emptied')).toMatchObject({ recordBytes: 0, members: 0, memberBytes: 0 })
  })
})

test('a memory store uses the key of an id as it is, and the clock of the machine when none is given', async () => {
  const store = memoryStore({ name: 'clockless' })
  opened.push(store)
  expect(store.keyOf('id')).toBe('id')
  await put(store, 'past', 10, Math.floor(Date.now() / 1000) - 1)
  await put(store, 'future', 10, Math.floor(Date.now() / 1000) + 100)
  expect(await keysIn(store, ['past', 'future'])).toEqual(['future'])
})

test('a memory store copies a Buffer instead of keeping a view on it', async () => {
  const store = open()
  const buffer: Bytes = Buffer.alloc(4, 1)
  await store.write('a', buffer, later, 'any')
  buffer.fill(2)
  expect((await store.read('a'))?.bytes).toEqual(bytes(4).fill(1))
})

describe('the locks of a memory store', () => {
  test('are never evicted: a full table throws until a lease ends', async () => {
    const { lock } = open({ maxEntries: 2 })
    expect(await lock.acquire('a', 'token', 10)).toBe(true)
    expect(await lock.acquire('b', 'token', 20)).toBe(true)
    await expect(lock.acquire('c', 'token', 10)).rejects.toThrow('holds 2 locks')
    time += 10_000
    expect(await lock.acquire('c', 'token', 10)).toBe(true)
  })

  test('are collected when their lease ended and nobody released them', async () => {
    const { lock } = open()
    for (let n = 0; n < 2000; n++) {
      await lock.acquire(`key-${n}`, 'token', 10)
      time += 1000
    }
    expect(held().locks.size).toBeLessThan(50)
  })
})

describe('the index of a memory store', () => {
  test('is never cut: a full one throws until a member ends', async () => {
    const { index } = open({ maxEntries: 2 })
    await index.add('set', 'a', second + 10)
    await index.add('other', 'b', second + 20)
    await expect(index.add('set', 'c', later)).rejects.toThrow('index is full: it holds 2 members')
    await index.add('other', 'b', second + 30)
    time += 10_000
    await index.add('set', 'c', later)
    expect(await index.members('set')).toEqual(['c'])
    expect(await index.members('other')).toEqual(['b'])
  })

  test('counts the bytes of its names', async () => {
    const { index } = open({ maxBytes: 20 })
    await index.add('set', '1234567', later)
    await expect(index.add('set', '12345678', later)).rejects.toThrow('index is full')
    await index.add('set', 'abcdefg', later)
    expect(held()).toMatchObject({ members: 2, memberBytes: 20 })
  })

  test('keeps nothing of a set whose members were removed or have expired', async () => {
    const { index } = open()
    await index.add('removed', 'a', later)
    await index.remove('removed', 'a')
    await index.add('expired', 'a', second + 5)
    time += 5000
    await index.members('expired')
    expect(held().sets.size).toBe(0)
    expect(held()).toMatchObject({ members: 0, memberBytes: 0 })
  })

  test('lets expired members go in passing, in one set and in many', async () => {
    const { index } = open()
    for (let n = 0; n < 2000; n++) {
      await index.add('one set', `member-${n}`, Math.floor(now() / 1000) + 10)
      await index.add(`set-${n}`, 'member', Math.floor(now() / 1000) + 10)
      time += 1000
    }
    expect(held().members).toBeLessThan(100)
    expect(held().sets.size).toBeLessThan(100)
  })
})

import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, SessionConfigError, type StoreNotice, StoreRefusedError, type Written } from '@sojourn/core/store'
import { fakeClock } from '@sojourn/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { checkedOptions, type ShmStoreOptions } from './options.ts'
import { countPages } from './pages.ts'
import { join as joinDictionary, leave } from './shared.ts'
import { type ShmStore, shmStore } from './store.ts'
import { audit } from './test-support/audit.ts'
import { folderInMemory } from './test-support/folder.ts'

const smallest = 256 * 1024
const clock = fakeClock()
const opened: ShmStore[] = []
let path: string

beforeEach(() => {
  path = folderInMemory()
})

afterEach(async () => {
  for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
  rmSync(path, { recursive: true })
})

function open(options: ShmStoreOptions = {}): ShmStore {
  const store = shmStore({ path, size: smallest, now: clock.now, ...options })
  opened.push(store)
  return store
}

const inSeconds = (seconds: number): number => Math.floor(clock.now() / 1000) + seconds
const bytes = (length: number): Bytes => new Uint8Array(length).fill(1)
const put = (store: ShmStore, key: string, length = 1000, expiresAt = inSeconds(3600)): Promise<Written> =>
  store.write(key, bytes(length), expiresAt, 'any')

async function keysIn(store: ShmStore, keys: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(keys.map(async (key) => ((await store.read(key)) ? [key] : [])))
  return found.flat()
}

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

/** Looks into the dictionary beside the store. */
async function inspect<T>(look: (shared: Awaited<ReturnType<typeof joinDictionary>>) => T): Promise<T> {
  const settings = checkedOptions({ path, size: smallest })
  const shared = await joinDictionary(settings)
  shared.records.resetReadTxn()
  const found = look(shared)
  await leave(settings)
  return found
}

const usedBytes = (): Promise<number> =>
  inspect((shared) => {
    const { used, bytesPerPage } = countPages(shared)
    return used * bytesPerPage
  })

function evictionsOf(store: ShmStore): () => number {
  const notices: StoreNotice[] = []
  store.onNotice((notice) => notices.push(notice))
  return () => notices.reduce((sum, notice) => sum + (notice.type === 'evicted' ? notice.count : 0), 0)
}

describe('the size of a dictionary', () => {
  test('is never exceeded, whatever is written, and every eviction of a live record is told', async () => {
    const store = open()
    const evicted = evictionsOf(store)
    const keys = names('key', 600)
    for (const [n, key] of keys.entries()) {
      clock.advance(1)
      await put(store, key, n % 50 === 0 ? 20_000 : 700)
      if (n % 20 === 0) expect(await usedBytes()).toBeLessThanOrEqual(smallest)
    }
    const kept = await keysIn(store, keys)
    expect(kept.length).toBeGreaterThan(50)
    expect(evicted()).toBe(keys.length - kept.length)
    expect(await inspect(audit)).toEqual({ keys: kept.length, places: kept.length, ends: kept.length, stray: 0 })
  })

  test('holds for writes side by side', async () => {
    const store = open()
    await Promise.all(names('key', 1000).map((key) => put(store, key)))
    expect(await usedBytes()).toBeLessThanOrEqual(smallest)
    expect((await inspect(audit)).stray).toBe(0)
  })

  test('is used well: records of 1,000 bytes take two thirds of it and more', async () => {
    const store = open({ size: '2m' })
    const evicted = evictionsOf(store)
    let written = 0
    for (; evicted() === 0; written++) {
      clock.advance(0.001)
      await put(store, `key-${written}`)
    }
    expect(written * 1000).toBeGreaterThan((2 * 1024 ** 2 * 6) / 10)
  })

  test('refuses a value of more than half of it, keeping what there is', async () => {
    const store = open()
    await put(store, 'kept')
    await expect(put(store, 'large', smallest / 2 + 1)).rejects.toThrow(StoreRefusedError)
    await put(store, 'large', smallest / 2 - 200)
    expect(await keysIn(store, ['kept', 'large'])).toEqual(['kept', 'large'])
  })
})

describe('what is evicted', () => {
  test('is what was not used for longest: read and written records stay', async () => {
    const store = open()
    await put(store, 'read')
    await put(store, 'written')
    await put(store, 'forgotten')
    for (let n = 0; n < 1000; n++) {
      clock.advance(3)
      await put(store, `other-${n}`)
      await store.read('read')
      await store.write('written', bytes(1000), inSeconds(3600), 'any')
    }
    expect(await keysIn(store, ['read', 'written', 'forgotten'])).toEqual(['read', 'written'])
  })

  test('is what has expired, before anything that lives', async () => {
    const store = open()
    const evicted = evictionsOf(store)
    const live = names('live', 40)
    for (const key of live) await put(store, key)
    clock.advance(1)
    for (const key of names('short', 60)) await put(store, key, 1000, inSeconds(10))
    clock.advance(11)
    for (const key of names('more', 60)) await put(store, key)
    expect(evicted()).toBe(0)
    expect(await keysIn(store, live)).toEqual(live)
  })

  test('is told to those who ask later, too', async () => {
    const store = open()
    for (const key of names('key', 400)) await put(store, key)
    expect(evictionsOf(store)()).toBeGreaterThan(0)
  })

  test('never is a lock or a member of a set: a dictionary that is half full of them refuses more', async () => {
    const store = open()
    const members = names('member', 5000)
    const added: string[] = []
    const addUntilRefused = async (): Promise<unknown> => {
      for (const member of members)
        try {
          await store.index.add('set', member, inSeconds(60))
          added.push(member)
        } catch (error) {
          return error
        }
      return undefined
    }
    expect(await store.lock.acquire('key', 'token', 60)).toBe(true)
    expect(await addUntilRefused()).toBeInstanceOf(StoreRefusedError)
    await expect(store.lock.acquire('other', 'token', 60)).rejects.toThrow('SESSION_SHM_SIZE')
    for (const key of names('key', 400)) await put(store, key)
    expect(new Set(await store.index.members('set'))).toEqual(new Set(added))
    expect(await store.lock.acquire('key', 'other', 60)).toBe(false)

    clock.advance(61)
    expect(await store.lock.acquire('other', 'token', 60)).toBe(true)
  })
})

describe('what has expired', () => {
  test('is let go in passing, without being asked for', async () => {
    const store = open()
    for (const key of names('short', 50)) await put(store, key, 100, inSeconds(5))
    await store.index.add('set', 'member', inSeconds(5))
    await store.lock.acquire('key', 'token', 5)
    for (let n = 0; n < 10; n++) {
      clock.advance(2)
      await put(store, 'long', 100)
    }
    await vi.waitFor(async () => expect((await inspect(audit)).keys).toBe(1), 10_000)
    expect(await inspect(({ held }) => held.getCount())).toBe(0)
  })

  test('is kept as long as the last write says, although the first one said less', async () => {
    const store = open()
    await put(store, 'key', 100, inSeconds(10))
    await put(store, 'key', 100, inSeconds(100))
    for (let n = 0; n < 9; n++) {
      clock.advance(10)
      await put(store, 'other', 100)
    }
    expect(await keysIn(store, ['key'])).toEqual(['key'])
    clock.advance(11)
    expect(await keysIn(store, ['key'])).toEqual([])
  })
})

describe('revisions', () => {
  test('never come back for a key, not after deletion, expiry or eviction either', async () => {
    const store = open()
    const revisions = new Set<string>()
    for (let n = 0; n < 200; n++) {
      const written = await put(store, 'key', 10, inSeconds(10))
      if (written.ok) revisions.add(written.revision)
      if (n % 3 === 0) await store.delete('key')
      if (n % 5 === 0) clock.advance(11)
    }
    expect(revisions.size).toBe(200)
  })

  test('stay when a record is moved because it was read', async () => {
    const store = open()
    const written = await put(store, 'key')
    clock.advance(600)
    const before = await store.read('key')
    await vi.waitFor(async () => expect(await inspect(({ steps }) => steps)).toBe(0), 10_000)
    expect((await store.read('key'))?.revision).toBe(before?.revision)
    expect(written).toMatchObject({ revision: before?.revision })
  })
})

describe('stores of one process', () => {
  test('share a dictionary by name and path, and keep others apart', async () => {
    const [one, two, other] = [open({ name: 'same' }), open({ name: 'same' }), open({ name: 'other' })]
    await put(one, 'key')
    expect(await two.read('key')).toEqual(await one.read('key'))
    expect(await other.read('key')).toBeUndefined()
  })

  test('share it between copies of the module, as bundlers make them', async () => {
    vi.resetModules()
    const copy = await import('./store.ts')
    expect(copy.shmStore).not.toBe(shmStore)
    const [mine, theirs] = [open(), copy.shmStore({ path, size: smallest, now: clock.now })]
    await put(mine, 'key')
    expect((await theirs.read('key'))?.bytes).toEqual(bytes(1000))
    await theirs[Symbol.asyncDispose]()
    expect((await mine.read('key'))?.bytes).toEqual(bytes(1000))
  })

  test('may begin to use it the moment that the last one stops', async () => {
    const settings = checkedOptions({ path, size: smallest })
    for (let turns = 0; turns < 8; turns++) {
      await joinDictionary(settings)
      const joining = joinDictionary(settings)
      for (let turn = 0; turn < turns; turn++) await undefined
      await leave(settings)
      expect((await joining).isClosed).toBe(false)
      await leave(settings)
    }
  })

  test('leave what they hold when they are disposed of', async () => {
    const store = open()
    await put(store, 'key')
    await store[Symbol.asyncDispose]()
    await expect(store.read('key')).rejects.toThrow('disposed of')
    expect((await open().read('key'))?.bytes).toEqual(bytes(1000))
  })
})

test('a store touches nothing until it is used, and says when it is open', async () => {
  const store = open()
  expect(store.keyOf('id')).toBe('id')
  expect(store.connected).toBe(false)
  expect(readdirSync(path)).toEqual([])
  await store.read('key')
  expect(store.connected).toBe(true)
  expect(readdirSync(path)).toHaveLength(1)
})

test('a store that could not be opened is opened at the next use', async () => {
  const store = open()
  const inTheWay = join(path, `sojourn-${process.geteuid?.()}`)
  writeFileSync(inTheWay, '')
  await expect(store.read('key')).rejects.toThrow(SessionConfigError)
  expect(store.connected).toBe(false)
  rmSync(inTheWay)
  expect(await put(store, 'key')).toMatchObject({ ok: true })
})

test('keys that are too long are refused', async () => {
  const store = open()
  await expect(put(store, 'k'.repeat(2000))).rejects.toThrow(StoreRefusedError)
  await put(store, 'k'.repeat(1800))
  expect(await keysIn(store, ['k'.repeat(1800)])).toHaveLength(1)
})

test('records and locks are kept apart, whatever they are called', async () => {
  const store = open()
  await put(store, 'a.lock')
  expect(await store.lock.acquire('a', 'token', 10)).toBe(true)
  await store.delete('a.lock')
  expect(await store.lock.acquire('a', 'other', 10)).toBe(false)
})

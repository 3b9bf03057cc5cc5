import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkedOptions } from './options.ts'
import { join, leave, type Shared } from './shared.ts'
import { type ShmStore, shmStore } from './store.ts'
import { audit } from './test-support/audit.ts'
import { type Acknowledged, countedRecord, countOf } from './test-support/counted-record.ts'
import { folderInMemory } from './test-support/folder.ts'
import { OtherProcess } from './test-support/other-process.ts'

const rounds = process.env['FULL'] ? 100 : 10
const path = folderInMemory()
const settings = checkedOptions({ path, size: '1m' })
const end = Math.floor(Date.now() / 1000) + 600
let store: ShmStore
let shared: Shared

beforeAll(async () => {
  store = shmStore(settings)
  shared = await join(settings)
})

afterAll(async () => {
  await leave(settings)
  await store[Symbol.asyncDispose]()
  rmSync(path, { recursive: true })
})

test(`${rounds} processes are killed while they write: nothing that was acknowledged is lost, nothing is damaged`, {
  timeout: 60_000 + rounds * 5000,
}, async () => {
  for (let round = 0; round < rounds; round++) {
    const other = new OtherProcess<Acknowledged>('./restless.ts', [path, `round-${round}`, '8'])
    await other.sent(20 + ((round * 37) % 100))
    await other.kill()

    const acknowledged = new Map(other.messages.map(({ key, count }) => [key, count]))
    expect(acknowledged.size).toBeGreaterThan(0)
    for (const [key, count] of acknowledged) {
      const found = await store.read(key)
      expect(found && countOf(found.bytes)).toBeGreaterThanOrEqual(count)
      expect(await store.write(key, countedRecord(1), end, found?.revision ?? 'absent')).toMatchObject({ ok: true })
    }
    const { keys, ...others } = audit(shared)
    expect(others).toEqual({ places: keys, ends: keys, stray: 0 })
  }
})

describe('a process that stands still in the middle of a write', () => {
  let holder: OtherProcess<string>

  beforeEach(async () => {
    holder = new OtherProcess('./holder.ts', [path])
    await holder.sent(1)
  })
  afterEach(async () => await holder.kill())

  test.each(['goes on', 'is killed'])('lets others read, and write when it %s', async (what) => {
    let isWritten = false
    const written = store.write(what, countedRecord(1), end, 'any').finally(() => {
      isWritten = true
    })
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await store.read('absent')).toBeUndefined()
    expect(isWritten).toBe(false)

    if (what === 'goes on') holder.signal('SIGCONT')
    else await holder.kill()
    expect(await written).toMatchObject({ ok: true })
    expect(await store.read(what)).toBeDefined()
  })
})

import { rmSync, statSync } from 'node:fs'
import { StoreRefusedError } from '@sojourn/core/store'
import { afterAll, expect, test } from 'vitest'
import { checkedOptions } from './options.ts'
import { countPages } from './pages.ts'
import { join, leave } from './shared.ts'
import { shmStore } from './store.ts'
import { audit } from './test-support/audit.ts'
import { folderInMemory, folderOnDisk } from './test-support/folder.ts'
import type { Account } from './test-support/full-file-system.ts'
import { noSpaceOfItsOwn, OtherProcess } from './test-support/other-process.ts'

const path = folderOnDisk()
const memory = folderInMemory()
afterAll(() => {
  for (const folder of [path, memory]) rmSync(folder, { recursive: true })
})

const end = Math.floor(Date.now() / 1000) + 600

test('on a full file system, writes are refused, reads and deletes go on, and what is deleted makes room', {
  timeout: 60_000,
}, async (context) => {
  if (noSpaceOfItsOwn) context.skip(noSpaceOfItsOwn)
  const other = new OtherProcess<Account>('./full-file-system.ts', [path], { path, size: '9m' })
  const [account] = await other.sent(1)
  expect(account?.refusal).toContain('SESSION_SHM_PATH')
  expect(account).toMatchObject({ damaged: 0, deleted: account?.written, writtenAfterDeleting: 50 })
  expect(account?.written).toBeGreaterThan(100)
  expect(account?.writtenWithSpace).toBe((account?.written ?? 0) + 1000)
})

test('two processes that fill one dictionary evict side by side, and neither is refused', {
  timeout: 60_000,
}, async () => {
  const settings = checkedOptions({ path: memory, name: 'sessions', size: '256k' })
  const shared = await join(settings)
  const processes = ['one', 'two'].map((name) => new OtherProcess<string[]>('./newcomers.ts', [memory, name, '3000']))
  for (const other of processes) expect(await other.sent(1)).toEqual([[]])
  const { used, bytesPerPage } = countPages(shared)
  const atTheSameTime = 2 * 4 * 2 * bytesPerPage
  expect(used * bytesPerPage).toBeLessThanOrEqual(settings.size + atTheSameTime)
  const { keys, ...others } = audit(shared)
  expect(others).toEqual({ places: keys, ends: keys, stray: 0 })
  await leave(settings)
})

test('a reader that stands still makes the file grow to a limit, and not beyond', { timeout: 60_000 }, async () => {
  const settings = checkedOptions({ path: memory, name: 'pinned', size: '256k' })
  await using store = shmStore(settings)
  const shared = await join(settings)
  const reader = shared.records.useReadTransaction()
  const write = (n: number) => store.write(`key-${n % 50}`, new Uint8Array(500).fill(n), end, 'any')
  const writeUntilRefused = async (): Promise<unknown> => {
    for (let n = 0; n < 20_000; n++) {
      try {
        await write(n)
      } catch (error) {
        return error
      }
    }
    return undefined
  }

  const refusal = await writeUntilRefused()
  expect(refusal).toBeInstanceOf(StoreRefusedError)
  expect(refusal).toMatchObject({ message: expect.stringContaining('stands still') })
  expect(statSync(shared.file).size).toBeLessThan(32 * 1024 * 1024)
  expect(await store.read('key-1')).toBeDefined()

  reader.done()
  for (let n = 0; n < 200; n++) await write(n)
  await leave(settings)
})

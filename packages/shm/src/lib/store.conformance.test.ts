import { rmSync } from 'node:fs'
import { fakeClock, testLinearizability, testSessionStore } from '@sojourn/testing'
import { afterAll } from 'vitest'
import { shmStore } from './store.ts'
import { folderInMemory, folderOnDisk } from './test-support/folder.ts'
import { openStore } from './test-support/open-store.ts'

const clock = fakeClock()
const path = folderInMemory()
const disk = folderOnDisk()
process.env['SHM_TEST_PATH'] = path
afterAll(() => {
  for (const folder of [path, disk]) rmSync(folder, { recursive: true })
})

const otherProcess = { module: new URL('./test-support/open-store.ts', import.meta.url) }

testSessionStore({ name: 'shm', create: openStore, otherProcess, capabilities: { expirySlack: 0 } })

testSessionStore({
  name: 'shm (on a fake clock)',
  create: () => shmStore({ path, name: 'clock', size: '64m', now: clock.now }),
  clock,
})

testSessionStore({
  name: 'shm (on a disk)',
  create: () => shmStore({ path: disk, size: '64m' }),
  capabilities: { expirySlack: 0 },
})

testLinearizability({ name: 'shm', create: openStore, otherProcess })

import { type ShmStore, shmStore } from '../store.ts'

/** The store that tests of several processes share: SHM_TEST_PATH and SHM_TEST_SIZE say which. */
export const openStore = (): ShmStore =>
  shmStore({ path: process.env['SHM_TEST_PATH'] ?? '', size: process.env['SHM_TEST_SIZE'] ?? '64m' })

/**
 * Sessions in memory that all processes of a host share.
 * @module
 */
export { shmFromEnv } from './lib/from-env.ts'
export type { ShmStoreOptions } from './lib/options.ts'
export { type ShmStore, shmStore } from './lib/store.ts'

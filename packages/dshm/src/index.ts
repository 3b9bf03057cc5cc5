/**
 * Sessions in ngx-distributed-shm, a map that several JVMs share.
 * @module
 */
export { dshmFromEnv } from './lib/from-env.ts'
export type { DshmStoreOptions } from './lib/options.ts'
export { type DshmStore, dshmStore } from './lib/store.ts'

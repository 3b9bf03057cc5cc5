export { memcachedFromEnv } from './lib/from-env.ts'
export type { MemcachedPoolOptions, MemcachedStoreOptions, MemcachedTlsOptions } from './lib/options.ts'
export { type MemcachedStore, memcachedStore } from './lib/store.ts'

/**
 * For writers of stores: the contract, the errors a store throws, what stores have in common, and how to read a store's
 * options from the environment. Apps use a store's own package instead.
 * @module
 */
export type { LockOptions } from './lib/contracts/options.ts'
export type {
  Bytes,
  CallOptions,
  Expect,
  Milliseconds,
  Revision,
  Seconds,
  SessionStore,
  Stored,
  StoreIndex,
  StoreLimits,
  StoreLock,
  StoreNotice,
  Written,
} from './lib/contracts/store.ts'
export { type InTurn, turns } from './lib/engine/turns.ts'
export { type Environment, readVariables, type VariableFor } from './lib/env/read-variables.ts'
export {
  type LockSettings,
  lockOption,
  lockVariables,
  type StoreFromEnv,
  type StoreSettings,
} from './lib/env/store-from-env.ts'
export {
  bytes,
  count,
  decimal,
  flag,
  milliseconds,
  oneOf,
  type Parser,
  refuse,
  seconds,
  secret,
  secretList,
  text,
  textList,
  type Variable,
} from './lib/env/variable.ts'
export { SessionConfigError, StoreRefusedError } from './lib/errors.ts'
export { Notices } from './lib/stores/notices.ts'

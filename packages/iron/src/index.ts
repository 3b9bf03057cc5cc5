/**
 * Sessions in the cookies of iron-session 8 and 9 (Fe26.2).
 * @module
 */
export { ironFromEnv } from './lib/from-env.ts'
export { type IronOptions, iron } from './lib/iron.ts'
export type { IronPassword } from './lib/passwords.ts'

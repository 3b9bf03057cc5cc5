import type { LockOptions } from '../contracts/options.ts'
import type { SessionStore } from '../contracts/store.ts'
import type { Environment, VariableFor } from './read-variables.ts'
import { count, flag } from './variable.ts'

/** How `SESSION_STORAGE` chooses a store, and which variables set it up. Every store's package exports its own. */
export interface StoreFromEnv {
  /** The values of `SESSION_STORAGE` that choose it. */
  readonly names: readonly string[]
  /** All variables it knows, so that a misspelt one is found. */
  readonly variables: readonly string[]
  /** Those of `variables` that count only with a lock: without one, `describe()` names them as ignored. */
  readonly lockTimes?: readonly string[]
  /** @throws SessionConfigError naming the variable that is wrong or missing. */
  readonly create: (env: Environment) => StoreSettings
}

/** What a store's variables ask for. */
export interface StoreSettings {
  readonly store: SessionStore
  readonly lock?: boolean | LockOptions
  /** Variables that are accepted and do nothing here, for `describe()`. */
  readonly ignored?: readonly string[]
}

/** What the lock variables of lua-resty-session 3 say. */
export interface LockSettings {
  readonly useLocking?: boolean
  /** Seconds. */
  readonly maxLockWait?: number
  /** Milliseconds. */
  readonly spinLockWait?: number
}

/** `<prefix>USELOCKING`, `<prefix>MAXLOCKWAIT` and `<prefix>SPINLOCKWAIT`, for a store's own table. */
export const lockVariables = (prefix: string): readonly VariableFor<LockSettings>[] => [
  { name: `${prefix}USELOCKING`, setting: 'useLocking', parse: flag },
  {
    name: `${prefix}MAXLOCKWAIT`,
    setting: 'maxLockWait',
    parse: (variable) => count(variable, 'a whole number of seconds', 1),
  },
  {
    name: `${prefix}SPINLOCKWAIT`,
    setting: 'spinLockWait',
    parse: (variable) => count(variable, 'a whole number of milliseconds', 1),
  },
]

/** The `lock` option that the lock variables of a store amount to. */
export function lockOption({ useLocking, maxLockWait, spinLockWait }: LockSettings): Pick<StoreSettings, 'lock'> {
  if (useLocking === undefined) return {}
  if (!useLocking) return { lock: false }
  return {
    lock: {
      ...(maxLockWait !== undefined && { wait: maxLockWait }),
      ...(spinLockWait !== undefined && { longestStep: spinLockWait }),
    },
  }
}

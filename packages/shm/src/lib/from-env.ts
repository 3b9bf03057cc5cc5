import {
  bytes,
  decimal,
  type Environment,
  flag,
  type LockOptions,
  readVariables,
  type StoreFromEnv,
  type StoreSettings,
  text,
  type Variable,
  type VariableFor,
} from '@sojourn/core/store'
import { shmStore } from './store.ts'

interface ShmVariables {
  readonly name?: string
  readonly size?: number
  readonly path?: string
  readonly useLocking?: boolean
}

const variables: readonly VariableFor<ShmVariables>[] = [
  { name: 'SESSION_SHM_STORE', setting: 'name', parse: text },
  { name: 'SESSION_SHM_SIZE', setting: 'size', parse: bytes },
  { name: 'SESSION_SHM_PATH', setting: 'path', parse: text },
  { name: 'SESSION_SHM_USELOCKING', setting: 'useLocking', parse: flag },
]

const lockTimes: readonly VariableFor<LockOptions>[] = [
  { name: 'SESSION_SHM_LOCK_EXPTIME', setting: 'lease', parse: (variable) => Math.ceil(seconds(variable, 0.001)) },
  { name: 'SESSION_SHM_LOCK_TIMEOUT', setting: 'wait', parse: (variable) => Math.ceil(seconds(variable, 0)) },
  { name: 'SESSION_SHM_LOCK_STEP', setting: 'firstStep', parse: step },
  { name: 'SESSION_SHM_LOCK_RATIO', setting: 'stepRatio', parse: (variable) => decimal(variable, 'a factor', 1, 10) },
  { name: 'SESSION_SHM_LOCK_MAX_STEP', setting: 'longestStep', parse: step },
]

/**
 * Chooses shared memory for `SESSION_STORAGE=shm` and reads the variables `SESSION_SHM_…`: those of lua-resty-session in
 * capitals, and `SIZE` and `PATH`. Times of the lock are in seconds and may have decimals; of lease and waiting time
 * whole seconds count, rounded up.
 */
export const shmFromEnv: StoreFromEnv = {
  names: ['shm'],
  variables: [...variables, ...lockTimes].map(({ name }) => name),
  lockTimes: lockTimes.map(({ name }) => name),
  create(env: Environment): StoreSettings {
    const { name, size, path, useLocking } = readVariables(env, variables)
    const times = readVariables(env, lockTimes)
    const store = shmStore({ ...(name && { name }), ...(size && { size }), ...(path && { path }) })
    return { store, ...(useLocking !== undefined && { lock: useLocking && times }) }
  },
}

function seconds(variable: Variable, min: number): number {
  return decimal(variable, 'seconds', min, 3600)
}

function step(variable: Variable): number {
  return Math.max(1, Math.round(decimal(variable, 'seconds', 0.001, 60) * 1000))
}

import type { Parts } from '../contracts/parts.ts'
import { memoryStore } from '../stores/memory.ts'
import { fromPackages } from './packages.ts'
import type { Environment } from './read-variables.ts'
import type { StoreFromEnv, StoreSettings } from './store-from-env.ts'
import { listOf, refuse } from './variable.ts'

/** What `SESSION_STORAGE` chooses: a store of a package, one of the caller's own, or one of ours. */
export function chosenStore(
  storage: string | undefined,
  env: Environment,
  stores: readonly StoreFromEnv[],
  own: NonNullable<Parts['store']> = {},
): Partial<StoreSettings> {
  if (storage === undefined) return {}
  const chosen = stores.find(({ names }) => names.includes(storage))
  if (chosen) {
    const settings = chosen.create(env)
    return { ...settings, ignored: [...(settings.ignored ?? []), ...(settings.lock ? [] : timesOfNoLock(chosen, env))] }
  }
  const store = Object.hasOwn(own, storage) ? own[storage] : undefined
  if (store) return { store }
  if (storage === 'memory') return { store: memoryStore() }
  if (storage === 'cookie') return {}
  const names = ['cookie', 'memory', ...stores.flatMap(({ names }) => names), ...Object.keys(own)]
  return refuse({ name: 'SESSION_STORAGE', text: storage }, listOf([...new Set(names)]) + fromPackages(storage))
}

/** lua-resty-session locks by default, so its waiting times may be there without the switch. */
const timesOfNoLock = ({ lockTimes = [] }: StoreFromEnv, env: Environment): readonly string[] =>
  lockTimes.filter((name) => env[name]).map((name) => `${name} (…_USELOCKING is not on)`)

import { AsyncLocalStorage } from 'node:async_hooks'
import {
  createSessions,
  type SessionStore,
  type Sessions,
  type StoreFromEnv,
  sessionOptionsFromEnv,
} from '@sojourn/core'

export interface Data {
  /** Belongs to one user: whoever else is shown it has been given somebody else's session. */
  canary: string
  /** How many increments were acknowledged, if nothing is lost. */
  count: number
  /** What the last slow request wrote. */
  slow: string
  blob: string
}

/** Only the chosen store is loaded. */
const stores: Readonly<Record<string, () => Promise<StoreFromEnv>>> = {
  redis: async () => (await import('@sojourn/redis')).redisFromEnv,
  memcached: async () => (await import('@sojourn/memcached')).memcachedFromEnv,
  shm: async () => (await import('@sojourn/shm')).shmFromEnv,
  dshm: async () => (await import('@sojourn/dshm')).dshmFromEnv,
}

/** How often each kind of event was seen. */
export const events: Map<string, number> = new Map<string, number>()

/** The request that is being served: whether a failover may undo what it did. */
export const served: AsyncLocalStorage<{ unconfirmed: boolean }> = new AsyncLocalStorage()

const clockOffset = Number(process.env['CLOCK_OFFSET_MS'] ?? 0)
const lease = process.env['LOCK_LEASE']
const chosen = await stores[process.env['SESSION_STORAGE'] ?? '']?.()

const patience = Number(process.env['STORE_PATIENCE_MS'] ?? 0)
const options = sessionOptionsFromEnv(process.env, { stores: chosen ? [chosen] : [] })

/** The same store, waited for as long as this: for experiments that are not about time, on a machine that is busy. */
const patient = (store: SessionStore): SessionStore =>
  new Proxy(store, {
    get(target, key) {
      if (key === 'limits') return { connect: patience, operation: patience }
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** The sessions of this process, as the environment wants them. */
export const sessions: Sessions<Data> = createSessions<Data>({
  ...options,
  ...(options.store && patience > 0 && { store: patient(options.store) }),
  now: () => Date.now() + clockOffset,
  ...(lease && { lock: { lease: Number(lease) } }),
  onEvent: ({ type }) => {
    events.set(type, (events.get(type) ?? 0) + 1)
    const request = served.getStore()
    if (request && type === 'unconfirmed') request.unconfirmed = true
  },
})

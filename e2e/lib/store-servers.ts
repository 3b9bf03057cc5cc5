import { type Addresses, servers } from '../../scripts/lib/servers/addresses.mjs'
import { startDshm } from '../../scripts/lib/servers/dshm.mjs'
import { startMemcached } from '../../scripts/lib/servers/memcached.mjs'
import { temporaryFolder } from '../../scripts/lib/servers/own-process.mjs'
import { startRedis } from '../../scripts/lib/servers/redis.mjs'

export const storeNames = ['redis', 'memcached', 'shm', 'dshm'] as const

export type Store = (typeof storeNames)[number]

export type Environment = Readonly<Record<string, string>>

/** The stores to test on: all, or those that E2E_STORES names (`redis,shm`, or empty for none). */
export const chosenStores: readonly Store[] = storeNames.filter((name) =>
  (process.env['E2E_STORES'] ?? name).split(',').includes(name),
)

/** How an app is told of each chosen store. Servers that are not running are started, and end with this process. */
export async function storeEnvironments(): Promise<Partial<Record<Store, Environment>>> {
  const running = runningServers()
  const environments = {
    redis: async () => portOf('REDIS', (running?.redis ?? (await startRedis())).port),
    memcached: async () => portOf('MEMCACHE', (running?.memcached ?? (await startMemcached())).port),
    dshm: async () => portOf('DSHM', (running?.dshm ?? (await startDshm())).ports[0]),
    shm: async () => ({ SESSION_SHM_PATH: temporaryFolder() }),
  }
  const chosen = chosenStores.map(async (name) => [name, { SESSION_STORAGE: name, ...(await environments[name]()) }])
  return Object.fromEntries(await Promise.all(chosen))
}

const portOf = (store: string, port: number): Environment => ({ [`SESSION_${store}_PORT`]: String(port) })

function runningServers(): Addresses | undefined {
  try {
    return servers()
  } catch {
    return undefined
  }
}

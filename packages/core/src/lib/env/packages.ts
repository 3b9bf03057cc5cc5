interface Package {
  readonly names: readonly string[]
  readonly prefixes: readonly string[]
  readonly brings: string
}

/** What the environment can choose once the app hands it over. Core does not import these packages. */
const packages: readonly Package[] = [
  { names: ['redis'], prefixes: ['SESSION_REDIS_'], brings: '`stores: [redisFromEnv]` of @sojourn/redis' },
  {
    names: ['memcached', 'memcache'],
    prefixes: ['SESSION_MEMCACHED_', 'SESSION_MEMCACHE_'],
    brings: '`stores: [memcachedFromEnv]` of @sojourn/memcached',
  },
  { names: ['shm'], prefixes: ['SESSION_SHM_'], brings: '`stores: [shmFromEnv]` of @sojourn/shm' },
  { names: ['dshm'], prefixes: ['SESSION_DSHM_'], brings: '`stores: [dshmFromEnv]` of @sojourn/dshm' },
  { names: ['resty-v4'], prefixes: [], brings: '`formats: [restyV4FromEnv]` of @sojourn/resty' },
  { names: ['resty-v3'], prefixes: [], brings: '`formats: [restyV3FromEnv]` of @sojourn/resty' },
  { names: ['iron'], prefixes: ['SESSION_IRON_'], brings: '`formats: [ironFromEnv]` of @sojourn/iron' },
]

/** The end of a message, where a package of ours knows this store or format. */
export function fromPackages(name: string): string {
  const known = packages.find(({ names }) => names.includes(name))
  return known ? `; for ${name}, give sessionOptionsFromEnv ${known.brings}` : ''
}

/** What would read this variable, if it were there. */
export const wouldRead = (variable: string): string | undefined =>
  packages.find(({ prefixes }) => prefixes.some((prefix) => variable.startsWith(prefix)))?.brings

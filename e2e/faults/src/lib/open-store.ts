import type { SessionStore, StoreFromEnv } from '@sojourn/core'

const open = ({ create }: StoreFromEnv): SessionStore => create(process.env).store

/** For this process and another one: each opens the store that the environment sets up. */
export const redis = async (): Promise<SessionStore> => open((await import('@sojourn/redis')).redisFromEnv)
export const memcached = async (): Promise<SessionStore> => open((await import('@sojourn/memcached')).memcachedFromEnv)
export const shm = async (): Promise<SessionStore> => open((await import('@sojourn/shm')).shmFromEnv)

import { sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { memcachedFromEnv } from '@sojourn/memcached'
import type { ProbeData } from '@sojourn/probe'
import { redisFromEnv } from '@sojourn/redis'
import { shmFromEnv } from '@sojourn/shm'
import { createSessions } from '@sojourn/sveltekit'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]

export const { handle, getSession, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env, { stores }),
})

import { sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { memcachedFromEnv } from '@sojourn/memcached'
import type { ProbeData } from '@sojourn/probe'
import { redisFromEnv } from '@sojourn/redis'
import { createSessions } from '@sojourn/remix'
import { shmFromEnv } from '@sojourn/shm'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]

export const { getSession, commitHeaders, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env, { stores }),
})

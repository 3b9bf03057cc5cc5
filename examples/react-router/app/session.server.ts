import { sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { memcachedFromEnv } from '@sojourn/memcached'
import type { ProbeData } from '@sojourn/probe'
import { createSessions } from '@sojourn/react-router'
import { redisFromEnv } from '@sojourn/redis'
import { shmFromEnv } from '@sojourn/shm'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]

export const { getSession, sessionMiddleware, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env, { stores }),
})

import { sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { memcachedFromEnv } from '@sojourn/memcached'
import { createSessions } from '@sojourn/next'
import type { ProbeData } from '@sojourn/probe'
import { redisFromEnv } from '@sojourn/redis'
import { shmFromEnv } from '@sojourn/shm'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]

export const { getSession, readSession, withSession, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env, { stores }),
})

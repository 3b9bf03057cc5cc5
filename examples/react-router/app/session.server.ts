import { sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { ironFromEnv } from '@sojourn/iron'
import { memcachedFromEnv } from '@sojourn/memcached'
import type { ProbeData } from '@sojourn/probe'
import { createSessions } from '@sojourn/react-router'
import { redisFromEnv } from '@sojourn/redis'
import { restyV3FromEnv, restyV4FromEnv } from '@sojourn/resty'
import { shmFromEnv } from '@sojourn/shm'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]
const formats = [restyV4FromEnv, restyV3FromEnv, ironFromEnv]

export const { getSession, sessionMiddleware, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env, { stores, formats }),
})

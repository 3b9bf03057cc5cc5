import { sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { ironFromEnv } from '@sojourn/iron'
import { memcachedFromEnv } from '@sojourn/memcached'
import { createSessions } from '@sojourn/next'
import type { ProbeData } from '@sojourn/probe'
import { redisFromEnv } from '@sojourn/redis'
import { restyV3FromEnv, restyV4FromEnv } from '@sojourn/resty'
import { shmFromEnv } from '@sojourn/shm'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]
const formats = [restyV4FromEnv, restyV3FromEnv, ironFromEnv]

export const { getSession, readSession, withSession, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env, { stores, formats }),
})

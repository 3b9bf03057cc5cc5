/** The stores: shared memory keeps a session, and each of the others says in a typed error that its server is not there. */
import { deepEqual, equal } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSessions, HeaderJar, SessionUnavailableError, sessionOptionsFromEnv } from '@sojourn/core'
import { dshmFromEnv } from '@sojourn/dshm'
import { memcachedFromEnv } from '@sojourn/memcached'
import { redisFromEnv } from '@sojourn/redis'
import { shmFromEnv } from '@sojourn/shm'

const stores = [redisFromEnv, memcachedFromEnv, shmFromEnv, dshmFromEnv]
const secret = 'a secret of at least thirty-two bytes'
const name = 'session'

/** @param {Record<string, string>} env */
function sessionsOf(env) {
  const options = sessionOptionsFromEnv(env, { stores })
  return { store: options.store, sessions: createSessions({ ...options, secret, name, onEvent() {} }) }
}

const path = mkdtempSync(join(tmpdir(), 'sojourn-stores-'))
try {
  const { store, sessions } = sessionsOf({ SESSION_STORAGE: 'shm', SESSION_SHM_PATH: path })
  const jar = new HeaderJar(null)
  const session = await sessions.open({ jar })
  session.data.name = 'Ada'
  await session.signIn('ada')
  const cookie = jar.lines.map((line) => line.split(';', 1)[0]).join('; ')
  const again = await sessions.open({ jar: new HeaderJar(cookie) })
  deepEqual([again.subject, again.data], ['ada', { name: 'Ada' }])
  deepEqual(
    (await sessions.list('ada')).map(({ id }) => id),
    [again.id],
  )
  await store?.[Symbol.asyncDispose]?.()
} finally {
  rmSync(path, { recursive: true, force: true })
}

/** A port that nobody listens on. */
const nowhere = '1'
for (const env of [
  { SESSION_STORAGE: 'redis', SESSION_REDIS_HOST: '127.0.0.1', SESSION_REDIS_PORT: nowhere },
  { SESSION_STORAGE: 'memcache', SESSION_MEMCACHE_HOST: '127.0.0.1', SESSION_MEMCACHE_PORT: nowhere },
  { SESSION_STORAGE: 'dshm', SESSION_DSHM_HOST: '127.0.0.1', SESSION_DSHM_PORT: nowhere },
]) {
  const { store, sessions } = sessionsOf(env)
  const session = await sessions.open({ jar: new HeaderJar(null) })
  session.data.name = 'Ada'
  const error = await session.save().catch((reason) => reason)
  equal(error instanceof SessionUnavailableError, true, `${env.SESSION_STORAGE}: ${error}`)
  await store?.[Symbol.asyncDispose]?.()
}

import { describe, expect, test } from 'vitest'
import { memoryStore } from '../stores/memory.ts'
import { refusalOf } from '../test-support/environment.ts'
import { sessionOptionsFromEnv } from './session-options-from-env.ts'
import type { StoreFromEnv } from './store-from-env.ts'

describe('the storage', () => {
  const mine = memoryStore({ name: 'mine' })

  test('is the memory of this process, shared by everybody who asks for it', async () => {
    const { store } = sessionOptionsFromEnv({ SESSION_STORAGE: 'memory' })
    await store?.write('key', new Uint8Array([1]), Date.now() / 1000 + 60, 'any')
    expect(await memoryStore().read('key')).toBeDefined()
    await store?.[Symbol.asyncDispose]?.()
  })

  const mysqlFromEnv: StoreFromEnv = {
    names: ['mysql', 'mariadb'],
    variables: ['SESSION_MYSQL_HOST', 'SESSION_MYSQL_POOL', 'SESSION_MYSQL_USELOCKING'],
    create: (env) => ({
      store: memoryStore({ name: env['SESSION_MYSQL_HOST'] ?? '' }),
      lock: true,
      ignored: ['SESSION_MYSQL_POOL (Node keeps its own connections)'],
    }),
  }

  test.each(['mysql', 'mariadb'])('is a store of the caller by any of its names: %s', (name) => {
    const env = { SESSION_STORAGE: name, SESSION_MYSQL_HOST: 'db', SESSION_MANAGER: 'desktop' }
    expect(sessionOptionsFromEnv(env, { stores: [mysqlFromEnv] })).toMatchObject({
      store: { name: 'memory' },
      lock: true,
      ignoredEnvironment: ['SESSION_MANAGER (not one of ours)', 'SESSION_MYSQL_POOL (Node keeps its own connections)'],
    })
  })

  test.each([true, false])('has waiting times that are told of as ignored without its lock: %s', (lock) => {
    const redisFromEnv: StoreFromEnv = {
      names: ['redis'],
      variables: ['SESSION_REDIS_HOST', 'SESSION_REDIS_MAXLOCKWAIT', 'SESSION_REDIS_SPINLOCKWAIT'],
      lockTimes: ['SESSION_REDIS_MAXLOCKWAIT', 'SESSION_REDIS_SPINLOCKWAIT'],
      create: () => ({ store: mine, lock }),
    }
    const env = { SESSION_STORAGE: 'redis', SESSION_REDIS_HOST: 'db', SESSION_REDIS_MAXLOCKWAIT: '5' }
    expect(sessionOptionsFromEnv(env, { stores: [redisFromEnv] }).ignoredEnvironment).toEqual(
      lock ? undefined : ['SESSION_REDIS_MAXLOCKWAIT (…_USELOCKING is not on)'],
    )
  })

  test.each([{ SESSION_STORAGE: 'memory' }, { SESSION_STORAGE: 'redis' }, {}])(
    'that is not chosen reads nothing, which is told: %j',
    (env) => {
      const redis: StoreFromEnv = {
        names: ['redis'],
        variables: ['SESSION_REDIS_HOST'],
        create: () => ({ store: mine }),
      }
      const options = sessionOptionsFromEnv(
        { ...env, SESSION_MYSQL_HOST: 'db', SESSION_REDIS_HOST: 'db' },
        { stores: [mysqlFromEnv, redis] },
      )
      expect(options.ignoredEnvironment).toEqual([
        'SESSION_MYSQL_HOST (SESSION_STORAGE is not mysql)',
        ...(env.SESSION_STORAGE === 'redis' ? [] : ['SESSION_REDIS_HOST (SESSION_STORAGE is not redis)']),
      ])
    },
  )

  test('may replace one of ours', () => {
    const memory: StoreFromEnv = { names: ['memory'], variables: [], create: () => ({ store: mine }) }
    expect(sessionOptionsFromEnv({ SESSION_STORAGE: 'memory' }, { stores: [memory] }).store).toBe(mine)
  })

  test('has variables of its own, and a misspelt one is found', () => {
    expect(refusalOf({ SESSION_MYSQL_HOTS: 'db' }, { stores: [mysqlFromEnv] })).toContain('SESSION_MYSQL_HOST')
    expect(sessionOptionsFromEnv({ SESSION_MYSQL_HOTS: 'db' }).ignoredEnvironment).toEqual([
      'SESSION_MYSQL_HOTS (not one of ours)',
    ])
  })

  test.each(['mysql', 'constructor', '__proto__', 'Memory'])('%s is refused with a list of those there are', (name) => {
    const redis: StoreFromEnv = { names: ['redis'], variables: [], create: () => ({ store: mine }) }
    const message = refusalOf({ SESSION_STORAGE: name }, { stores: [redis] })
    expect(message).toContain(`SESSION_STORAGE is "${name}", which is not allowed. Use cookie, memory or redis.`)
  })
})

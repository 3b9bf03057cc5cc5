import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import type { RedisStoreOptions } from './options.ts'
import { settingsOf } from './settings.ts'
import { redisStore } from './store.ts'

describe('options', () => {
  test('that are not given have defaults', () => {
    expect(settingsOf({})).toEqual({
      target: { kind: 'server', host: '127.0.0.1', port: 6379 },
      database: 0,
      prefix: 'sessions',
      hashTag: false,
      autoPipelining: false,
      connectTimeout: 500,
      timeout: 250,
    })
  })

  test('tell the engine how long to wait', () => {
    expect(redisStore().limits).toEqual({ connect: 500, operation: 250 })
    expect(redisStore({ connectTimeout: 700, timeout: 900 }).limits).toEqual({ connect: 700, operation: 900 })
  })

  test.each<[RedisStoreOptions, object]>([
    [{ url: 'redis://db' }, { target: { kind: 'server', host: 'db', port: 6379 } }],
    [
      { url: 'rediss://app:p%40ss@[::1]:6380/3' },
      {
        target: { kind: 'server', host: '::1', port: 6380 },
        tls: {},
        username: 'app',
        password: 'p@ss',
        database: 3,
      },
    ],
    [{ url: 'rediss://db', tls: { verify: false } }, { tls: { verify: false } }],
    [{ tls: false }, { tls: undefined }],
    [{ socket: '/run/redis.sock' }, { target: { kind: 'socket', path: '/run/redis.sock' } }],
    [{ socket: 'unix:///run/redis.sock' }, { target: { kind: 'socket', path: '/run/redis.sock' } }],
    [{ socket: 'unix:/run/redis.sock' }, { target: { kind: 'socket', path: '/run/redis.sock' } }],
    [
      { cluster: { nodes: ['[::1]:7000', 'b', { host: 'c' }, { host: 'd', port: 1 }] } },
      {
        hashTag: true,
        target: {
          kind: 'cluster',
          maxRedirections: 5,
          nodes: [
            { host: '::1', port: 7000 },
            { host: 'b', port: 6379 },
            { host: 'c', port: 6379 },
            { host: 'd', port: 1 },
          ],
        },
      },
    ],
    [
      { sentinel: { nodes: ['a'], master: 'main', password: 'dog' } },
      { target: expect.objectContaining({ nodes: [{ host: 'a', port: 26_379 }], master: 'main', password: 'dog' }) },
    ],
    [{ durability: 'master' }, { replicas: undefined }],
    [{ durability: 'replica' }, { replicas: { count: 1, timeout: 200 } }],
    [{ durability: 'replica', replicas: 2, replicaTimeout: 249 }, { replicas: { count: 2, timeout: 249 } }],
  ])('%j', (options, settings) => {
    expect(settingsOf(options)).toMatchObject(settings)
  })

  test.each<[RedisStoreOptions, string]>([
    [{ host: 'a', cluster: { nodes: ['b'] } }, 'give `host` or `cluster`, not both'],
    [{ socket: '/a', port: 1 }, '`port` goes with `host`, not with `socket`'],
    [{ url: 'redis://a', host: 'b' }, 'give `url` or `host`, not both'],
    [{ url: 'http://a' }, '`url` must look like'],
    [{ url: 'redis://a/b' }, '`url` must look like'],
    [{ url: 'not an address' }, '`url` must look like'],
    [{ url: 'redis://app:100%@db' }, '`url` must look like'],
    [{ url: 'redis://db/1', database: 2 }, '`url` says the database too'],
    [{ url: 'redis://app:one@db', password: 'two' }, '`url` says the password too'],
    [{ url: 'rediss://db', tls: false }, '`tls` is false, and `url` begins with rediss:'],
    [{ host: ' ' }, '`host` must be text'],
    [{ socket: '' }, '`socket` must be text'],
    [{ port: 65_536 }, '`port` must be a whole number from 1 to 65535'],
    [{ database: 1.5 }, '`database` must be a whole number'],
    [{ database: 1, cluster: { nodes: ['a'] } }, '`database` must be 0'],
    [{ cluster: { nodes: [] } }, '`cluster.nodes` must be a list with at least one node'],
    [{ cluster: { nodes: ['a:b'] } }, '`cluster.nodes` must have nodes like'],
    [{ cluster: { nodes: [{ host: 'a', port: 0 }] } }, '`cluster.nodes` must have nodes like'],
    [{ cluster: { nodes: ['a'], maxRedirections: 0 } }, '`cluster.maxRedirections` must be'],
    [{ sentinel: { nodes: ['a'], master: '' } }, '`sentinel.master` must be text'],
    [{ sentinel: { nodes: ['a'], master: 'main', tls: true } }, '`sentinel.tls` needs `tls`'],
    [{ prefix: 'two words' }, '`prefix` must be text without'],
    [{ prefix: 'a{b}' }, '`prefix` must be text without'],
    [{ prefix: '' }, '`prefix` must be text without'],
    [{ durability: 'replica', replicaTimeout: 250 }, '`replicaTimeout` must be less than `timeout` (250)'],
    [{ durability: 'replica', replicas: 0 }, '`replicas` must be'],
    [{ replicas: 2 }, "`replicas` needs `durability: 'replica'`"],
    [{ client: new Redis({ lazyConnect: true }), database: 1 }, '`database` is for `client` to know'],
    [{ timeout: Number.NaN }, '`timeout` must be'],
    [{ connectTimeout: 0 }, '`connectTimeout` must be'],
  ])('%j are refused', (options, message) => {
    expect(() => redisStore(options)).toThrow(
      expect.objectContaining({ name: 'SessionConfigError', message: expect.stringContaining(message) }),
    )
  })

  test('that are no client, or one that reads from replicas, are refused', () => {
    const strayClient = JSON.parse('{}')
    expect(() => redisStore({ client: strayClient })).toThrow('`client` must be a Redis or Cluster')
    const stale = Object.assign(new Redis({ lazyConnect: true }), { options: { scaleReads: 'slave' } })
    expect(() => redisStore({ client: stale })).toThrow("must have `scaleReads: 'master'`")
  })
})

describe('keys', () => {
  test.each<[RedisStoreOptions, string]>([
    [{}, 'sessions:id'],
    [{ prefix: 'shop' }, 'shop:id'],
    [{ hashTag: true }, 'sessions:{id}'],
    [{ cluster: { nodes: ['a'] } }, 'sessions:{id}'],
    [{ cluster: { nodes: ['a'] }, hashTag: false }, 'sessions:id'],
  ])('with %j: %s', (options, key) => {
    expect(redisStore(options).keyOf('id')).toBe(key)
  })
})

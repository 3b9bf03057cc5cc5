import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '@sojourn/core/store'
import { afterAll, describe, expect, test } from 'vitest'
import { documentedVariables } from '../../../../scripts/lib/documented-variables.ts'
import { redisFromEnv, redisOptionsFromEnv } from './from-env.ts'
import type { RedisStoreOptions } from './options.ts'

const folder = mkdtempSync(join(tmpdir(), 'sojourn-redis-'))
const caFile = join(folder, 'ca.crt')
writeFileSync(caFile, 'certificate')
afterAll(() => rmSync(folder, { recursive: true }))

const refusal = (env: Environment): string => {
  try {
    redisFromEnv.create(env)
  } catch (error) {
    expect(error).toMatchObject({ name: 'SessionConfigError' })
    return String(error)
  }
  throw new Error('These variables were accepted.')
}

describe('the variables', () => {
  const sentinels = { SESSION_REDIS_SENTINELS: 's1:26380 s2', SESSION_REDIS_MASTER: 'main' }
  const sentinel = { nodes: ['s1:26380', 's2'], master: 'main' }
  const ssl = { SESSION_REDIS_SSL: 'on' }

  test.each<[Environment, RedisStoreOptions]>([
    [{}, {}],
    [{ SESSION_REDIS_URL: 'redis://db' }, { url: 'redis://db' }],
    [
      { SESSION_REDIS_HOST: 'db', SESSION_REDIS_PORT: '6380' },
      { host: 'db', port: 6380 },
    ],
    [{ SESSION_REDIS_SOCKET: 'unix:///run/redis.sock' }, { socket: 'unix:///run/redis.sock' }],
    [
      { SESSION_REDIS_USERNAME: 'app', SESSION_REDIS_PASSWORD: ' pass word ' },
      { username: 'app', password: ' pass word ' },
    ],
    [{ SESSION_REDIS_AUTH: 'password' }, { password: 'password' }],
    [{ SESSION_REDIS_DATABASE: '2' }, { database: 2 }],
    [{ SESSION_REDIS_PREFIX: 'shop' }, { prefix: 'shop' }],
    [ssl, { tls: {} }],
    [
      { ...ssl, SESSION_REDIS_SSL_VERIFY: 'off', SESSION_REDIS_SERVER_NAME: 'db.test', SESSION_REDIS_CA_FILE: caFile },
      { tls: { verify: false, serverName: 'db.test', ca: 'certificate' } },
    ],
    [{ SESSION_REDIS_SSL: 'off', SESSION_REDIS_SERVER_NAME: 'db.test' }, {}],
    [{ SESSION_REDIS_SSL_VERIFY: 'off' }, {}],
    [
      { SESSION_REDIS_URL: 'rediss://db', SESSION_REDIS_CA_FILE: caFile },
      { url: 'rediss://db', tls: { ca: 'certificate' } },
    ],
    [
      { SESSION_REDIS_CLUSTER_NODES: '10.0.0.1:7000 [::1]:7001' },
      { cluster: { nodes: ['10.0.0.1:7000', '[::1]:7001'] } },
    ],
    [
      { SESSION_REDIS_NODES: 'a,b', SESSION_REDIS_CLUSTER_MAXREDIRECTIONS: '3' },
      { cluster: { nodes: ['a', 'b'], maxRedirections: 3 } },
    ],
    [
      { SESSION_REDIS_CLUSTER_NODES: 'a', SESSION_REDIS_MAX_REDIRECTIONS: '4' },
      { cluster: { nodes: ['a'], maxRedirections: 4 } },
    ],
    [{ ...sentinels, SESSION_REDIS_ROLE: 'master' }, { sentinel }],
    [
      {
        ...sentinels,
        ...ssl,
        SESSION_REDIS_SENTINEL_USERNAME: 'watch',
        SESSION_REDIS_SENTINEL_PASSWORD: 'dog',
        SESSION_REDIS_SENTINEL_SSL: 'on',
      },
      { tls: {}, sentinel: { ...sentinel, username: 'watch', password: 'dog', tls: true } },
    ],
    [{ SESSION_REDIS_CONNECT_TIMEOUT: '700' }, { connectTimeout: 700 }],
    [{ SESSION_REDIS_SEND_TIMEOUT: '100', SESSION_REDIS_READ_TIMEOUT: '300' }, { timeout: 300 }],
    [{ SESSION_REDIS_SEND_TIMEOUT: '400' }, { timeout: 400 }],
    [
      { SESSION_REDIS_DURABILITY: 'replica', SESSION_REDIS_REPLICAS: '2', SESSION_REDIS_REPLICA_TIMEOUT: '50' },
      { durability: 'replica', replicas: 2, replicaTimeout: 50 },
    ],
    [{ SESSION_REDIS_AUTO_PIPELINING: 'on' }, { autoPipelining: true }],
  ])('%j', (env, options) => {
    expect(redisOptionsFromEnv(env)).toEqual(options)
    expect(redisFromEnv.variables).toEqual(expect.arrayContaining(Object.keys(env)))
  })

  test('choose the store, and its lock', () => {
    expect(redisFromEnv.names).toEqual(['redis'])
    expect(redisFromEnv.create({})).toEqual({ store: expect.objectContaining({ name: 'redis' }) })
    const times = { SESSION_REDIS_MAXLOCKWAIT: '30', SESSION_REDIS_SPINLOCKWAIT: '150' }
    const locking = { SESSION_REDIS_USELOCKING: 'on', ...times }
    expect(redisFromEnv.create(locking).lock).toEqual({ wait: 30, longestStep: 150 })
    expect(redisFromEnv.lockTimes).toEqual(Object.keys(times))
    expect(redisFromEnv.create({ SESSION_REDIS_USELOCKING: 'off' }).lock).toBe(false)
  })

  test('are those of docs/environment.md', () => {
    const documented = documentedVariables().filter((name) => name.startsWith('SESSION_REDIS_'))
    expect(redisFromEnv.variables.toSorted()).toEqual(documented)
  })

  test('include all of lua-resty-session 3.10', () => {
    const upstream =
      'PREFIX DATABASE HOST PORT SOCKET USERNAME PASSWORD AUTH USELOCKING SPINLOCKWAIT MAXLOCKWAIT SSL SSL_VERIFY ' +
      'SERVER_NAME CONNECT_TIMEOUT READ_TIMEOUT SEND_TIMEOUT POOL_NAME POOL_TIMEOUT POOL_SIZE POOL_BACKLOG ' +
      'CLUSTER_NAME CLUSTER_DICT CLUSTER_MAXREDIRECTIONS CLUSTER_NODES'
    const names = upstream.split(' ').map((name) => `SESSION_REDIS_${name}`)
    expect(redisFromEnv.variables).toEqual(expect.arrayContaining(names))
  })

  test('of one option must agree', () => {
    const both = (nodes: string) => ({ SESSION_REDIS_CLUSTER_NODES: 'a b', SESSION_REDIS_NODES: nodes })
    expect(redisOptionsFromEnv(both('a,b'))).toEqual({ cluster: { nodes: ['a', 'b'] } })
    expect(refusal(both('a'))).toContain('SESSION_REDIS_CLUSTER_NODES and SESSION_REDIS_NODES contradict each other')
  })

  test('of lua-resty-session that do nothing are accepted, and said to do nothing', () => {
    const idle = redisFromEnv.variables.filter((name) => /POOL|BACKLOG|CLUSTER_(NAME|DICT)/.test(name))
    expect(idle).toHaveLength(8)
    const { ignored } = redisFromEnv.create(Object.fromEntries(idle.map((name) => [name, '1'])))
    expect(ignored).toHaveLength(8)
    expect(ignored).toContain('SESSION_REDIS_POOL_SIZE (Node keeps its own connections)')
    expect(redisFromEnv.create({ SESSION_REDIS_AUTH: 'canary' }).ignored).toEqual([
      'SESSION_REDIS_AUTH (deprecated: use SESSION_REDIS_PASSWORD)',
    ])
  })
})

describe('a bad value is refused with the name of its variable', () => {
  test.each<[Environment, string]>([
    [{ SESSION_REDIS_PORT: '0' }, 'SESSION_REDIS_PORT is "0"'],
    [{ SESSION_REDIS_PORT: '65536' }, 'SESSION_REDIS_PORT is "65536"'],
    [{ SESSION_REDIS_SSL: 'yes' }, 'SESSION_REDIS_SSL is "yes"'],
    [{ SESSION_REDIS_DATABASE: '-1' }, 'SESSION_REDIS_DATABASE is "-1"'],
    [{ SESSION_REDIS_CLUSTER_NODES: 'a:b' }, 'SESSION_REDIS_CLUSTER_NODES is "a:b"'],
    [{ SESSION_REDIS_CLUSTER_NODES: '::1' }, 'SESSION_REDIS_CLUSTER_NODES is "::1"'],
    [{ SESSION_REDIS_CONNECT_TIMEOUT: '0' }, 'SESSION_REDIS_CONNECT_TIMEOUT is "0"'],
    [{ SESSION_REDIS_ROLE: 'slave' }, 'SESSION_REDIS_ROLE is "slave"'],
    [{ SESSION_REDIS_DURABILITY: 'all' }, 'SESSION_REDIS_DURABILITY is "all"'],
    [{ SESSION_REDIS_MASTER: 'main' }, 'SESSION_REDIS_SENTINELS is not set'],
    [{ SESSION_REDIS_SENTINEL_PASSWORD: 'dog' }, 'SESSION_REDIS_SENTINELS is not set'],
    [{ SESSION_REDIS_SENTINELS: 'a' }, 'SESSION_REDIS_MASTER is not set'],
    [{ SESSION_REDIS_MAX_REDIRECTIONS: '3' }, 'SESSION_REDIS_CLUSTER_NODES is not set'],
    [{ SESSION_REDIS_SERVER_NAME: 'db' }, 'SESSION_REDIS_SSL is not set'],
    [{ SESSION_REDIS_SSL_VERIFY: 'on' }, 'SESSION_REDIS_SSL is not set'],
    [{ SESSION_REDIS_SSL: 'off', SESSION_REDIS_URL: 'rediss://db' }, 'SESSION_REDIS_SSL is off, and'],
    [{ SESSION_REDIS_SSL: 'on', SESSION_REDIS_CA_FILE: '/none' }, 'SESSION_REDIS_CA_FILE is the path of a file'],
    [{ SESSION_REDIS_HOST: 'a', SESSION_REDIS_SOCKET: '/b' }, 'give `host` or `socket`, not both'],
  ])('%j', (env, message) => {
    expect(refusal(env)).toContain(message)
  })

  test('but no password is shown', () => {
    expect(refusal({ SESSION_REDIS_URL: 'http://user:canary@db' })).not.toContain('canary')
    expect(refusal({ SESSION_REDIS_AUTH: 'canary', SESSION_REDIS_PASSWORD: 'canary-2' })).not.toContain('canary')
  })
})

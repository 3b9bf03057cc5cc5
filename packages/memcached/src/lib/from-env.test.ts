import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, SessionConfigError } from '@sojourn/core/store'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { documentedVariables } from '../../../../scripts/lib/documented-variables.ts'
import { memcachedFromEnv } from './from-env.ts'
import { memcachedStore } from './store.ts'

vi.mock(import('./store.ts'), async (original) => {
  const actual = await original()
  return { ...actual, memcachedStore: vi.fn(actual.memcachedStore) }
})
afterEach(() => {
  vi.mocked(memcachedStore).mockClear()
})

/** The options that variables amount to. Their names are given without `SESSION_MEMCACHE_`. */
function optionsFrom(short: Environment) {
  create(short)
  return vi.mocked(memcachedStore).mock.lastCall?.[0]
}

const create = (short: Environment) =>
  memcachedFromEnv.create(
    Object.fromEntries(Object.entries(short).map(([name, text]) => [`SESSION_MEMCACHE_${name}`, text])),
  )

test('memcached is chosen by both of its names', () => {
  expect(memcachedFromEnv.names).toEqual(['memcached', 'memcache'])
})

test('without variables it is a store with its defaults', () => {
  const { store, ...others } = memcachedFromEnv.create({})
  expect(others).toEqual({})
  expect(store.keyOf('id')).toBe('sessions:id')
  expect(store.limits).toEqual({ connect: 500, operation: 250 })
})

describe('variables give', () => {
  test.each<[Environment, object]>([
    [
      { HOST: 'cache', PORT: '11300', PREFIX: 'app' },
      { host: 'cache', port: 11_300, prefix: 'app' },
    ],
    [{ SOCKET: 'unix:///run/memcached.sock' }, { socket: 'unix:///run/memcached.sock' }],
    [{ SERVERS: 'cache-1:11211 cache-2:11211' }, { servers: ['cache-1:11211', 'cache-2:11211'] }],
    [{ CONNECT_TIMEOUT: '100' }, { connectTimeout: 100 }],
    [{ SEND_TIMEOUT: '300', READ_TIMEOUT: '200' }, { timeout: 300 }],
    [{ READ_TIMEOUT: '200' }, { timeout: 200 }],
    [{ POOL_SIZE: '5', POOL_TIMEOUT: '1000', POOL_BACKLOG: '0' }, { pool: { size: 5, idle: 1000, backlog: 0 } }],
    [{ KEEPALIVE_TIMEOUT: '1000', BACKLOG: '7' }, { pool: { idle: 1000, backlog: 7 } }],
    [{ SSL: 'on' }, { tls: {} }],
    [{ SSL: 'on', SSL_VERIFY: 'off', SERVER_NAME: 'cache' }, { tls: { verify: false, serverName: 'cache' } }],
    [{ SSL: 'off', SSL_VERIFY: 'on' }, { tls: false }],
  ])('%j: %j', (short, options) => {
    expect(optionsFrom(short)).toEqual({ tls: false, pool: {}, ...options })
  })

  test('the authorities of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sojourn-'))
    try {
      writeFileSync(join(folder, 'ca.pem'), 'certificate')
      expect(optionsFrom({ SSL: 'on', CA_FILE: join(folder, 'ca.pem') })).toMatchObject({ tls: { ca: 'certificate' } })
      expect(() => create({ SSL: 'on', CA_FILE: join(folder, 'no.pem') })).toThrow(
        'SESSION_MEMCACHE_CA_FILE names a file',
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('locking as lua-resty-session has it', () => {
    expect(create({ USELOCKING: 'on', MAXLOCKWAIT: '30', SPINLOCKWAIT: '150' }).lock).toEqual({
      wait: 30,
      longestStep: 150,
    })
    expect(create({ USELOCKING: 'off', MAXLOCKWAIT: '30' }).lock).toBe(false)
    expect(memcachedFromEnv.lockTimes?.toSorted()).toEqual(
      memcachedFromEnv.variables.filter((name) => name.endsWith('LOCKWAIT')).toSorted(),
    )
  })

  test('nothing where they have no meaning, which is told', () => {
    expect(create({ POOL_NAME: 'mine', POOL: 'mine' }).ignored).toEqual([
      'SESSION_MEMCACHE_POOL (Node keeps its own connections)',
      'SESSION_MEMCACHE_POOL_NAME (Node keeps its own connections)',
    ])
  })
})

describe('the variables', () => {
  const known = memcachedFromEnv.variables.toSorted()

  test('are those of docs/environment.md, and each may begin with MEMCACHED', () => {
    const documented = documentedVariables().filter((name) => name.startsWith('SESSION_MEMCACHE_'))
    const spellings = documented.flatMap((name) => [name, name.replace('MEMCACHE_', 'MEMCACHED_')])
    expect(known).toEqual(spellings.toSorted())
  })

  test('include all of lua-resty-session 3.10', () => {
    const upstream =
      'PREFIX HOST PORT SOCKET USELOCKING SPINLOCKWAIT MAXLOCKWAIT CONNECT_TIMEOUT READ_TIMEOUT SEND_TIMEOUT ' +
      'POOL_NAME POOL_TIMEOUT POOL_SIZE POOL_BACKLOG'
    expect(known).toEqual(expect.arrayContaining(upstream.split(' ').map((name) => `SESSION_MEMCACHE_${name}`)))
  })

  test('of both spellings must agree', () => {
    const env = { SESSION_MEMCACHE_SERVERS: 'a b', SESSION_MEMCACHED_SERVERS: 'a,b' }
    memcachedFromEnv.create(env)
    expect(vi.mocked(memcachedStore).mock.lastCall?.[0]).toMatchObject({ servers: ['a', 'b'] })
    expect(() => memcachedFromEnv.create({ ...env, SESSION_MEMCACHED_SERVERS: 'c' })).toThrow(
      'SESSION_MEMCACHE_SERVERS and SESSION_MEMCACHED_SERVERS contradict each other',
    )
  })
})

test.each<[Environment, string]>([
  [{ PORT: '0' }, 'SESSION_MEMCACHE_PORT'],
  [{ PORT: '11211x' }, 'SESSION_MEMCACHE_PORT'],
  [{ POOL_SIZE: '0' }, 'SESSION_MEMCACHE_POOL_SIZE'],
  [{ READ_TIMEOUT: '1s' }, 'SESSION_MEMCACHE_READ_TIMEOUT'],
  [{ SSL: 'perhaps' }, 'SESSION_MEMCACHE_SSL'],
  [{ SSL_VERIFY: 'on' }, 'SESSION_MEMCACHE_SSL=on'],
  [{ POOL_BACKLOG: '1', BACKLOG: '2' }, 'contradict'],
  [{ HOST: 'cache', SOCKET: '/run/memcached.sock' }, 'one of host and port or socket'],
])('%j is refused, naming %s', (short, name) => {
  expect(() => create(short)).toThrow(SessionConfigError)
  expect(() => create(short)).toThrow(name)
})

import { SessionConfigError } from '@sojourn/core/store'
import { describe, expect, test } from 'vitest'
import { checkedOptions, type MemcachedStoreOptions } from './options.ts'

const labelsOf = (options: MemcachedStoreOptions) => checkedOptions(options).addresses.map(({ label }) => label)

test('without options it is the local server, in plain text', () => {
  expect(checkedOptions({})).toEqual({
    addresses: [{ label: '127.0.0.1:11211', to: { host: '127.0.0.1', port: 11_211 } }],
    security: undefined,
    prefix: 'sessions',
    operationLimit: 250,
    pool: { size: 10, idle: 60_000, backlog: 1000, connect: 500 },
  })
})

describe('a server is', () => {
  test.each<[MemcachedStoreOptions, string]>([
    [{ host: 'cache.internal' }, 'cache.internal:11211'],
    [{ port: 11_300 }, '127.0.0.1:11300'],
    [{ host: '::1', port: 11_300 }, '[::1]:11300'],
    [{ socket: '/run/memcached.sock' }, '/run/memcached.sock'],
    [{ socket: 'unix:/run/memcached.sock' }, '/run/memcached.sock'],
    [{ socket: 'unix:///run/memcached.sock' }, '/run/memcached.sock'],
  ])('%j: %s', (options, label) => {
    expect(labelsOf(options)).toEqual([label])
  })

  test('one of several, in any notation', () => {
    const servers = [
      'cache-1',
      'cache-2:11300',
      '10.0.0.7:11211',
      '[::1]',
      '[fe80::1]:11300',
      'unix:/run/a.sock',
      '/run/b.sock',
    ]
    expect(labelsOf({ servers })).toEqual([
      'cache-1:11211',
      'cache-2:11300',
      '10.0.0.7:11211',
      '[::1]:11211',
      '[fe80::1]:11300',
      '/run/a.sock',
      '/run/b.sock',
    ])
  })
})

describe('TLS', () => {
  test('checks certificates unless told not to', () => {
    expect(checkedOptions({ tls: true }).security).toEqual({ rejectUnauthorized: true })
    expect(checkedOptions({ tls: {} }).security).toEqual({ rejectUnauthorized: true })
    expect(checkedOptions({ tls: { verify: false } }).security).toEqual({ rejectUnauthorized: false })
    expect(checkedOptions({ tls: false }).security).toBeUndefined()
  })

  test('takes a name, authorities and a certificate of its own', () => {
    const tls = { serverName: 'cache', ca: ['one', 'two'], cert: 'mine', key: 'secret' }
    expect(checkedOptions({ tls }).security).toEqual({
      rejectUnauthorized: true,
      servername: 'cache',
      ca: ['one', 'two'],
      cert: 'mine',
      key: 'secret',
    })
  })
})

test.each<[MemcachedStoreOptions, string]>([
  [{ prefix: '' }, 'prefix'],
  [{ prefix: 'two words' }, 'prefix'],
  [{ prefix: 'line\r\nflush_all' }, 'prefix'],
  [{ prefix: 'x'.repeat(151) }, 'prefix'],
  [{ port: 0 }, 'port'],
  [{ port: 65_536 }, 'port'],
  [{ port: Number.NaN }, 'port'],
  [{ host: '' }, 'host'],
  [{ host: 'two words' }, 'host'],
  [{ socket: 'relative.sock' }, 'socket'],
  [{ socket: '/run/a.sock', host: 'cache' }, 'one of host and port or socket'],
  [{ servers: ['cache'], port: 11_211 }, 'one of host and port or servers'],
  [{ servers: [] }, 'servers'],
  [{ servers: [''] }, 'servers'],
  [{ servers: ['http://cache'] }, 'servers'],
  [{ servers: ['cache:99999'] }, 'servers'],
  [{ servers: ['::1'] }, 'servers'],
  [{ servers: ['cache', 'cache:11211'] }, 'twice'],
  [{ connectTimeout: 0 }, 'connectTimeout'],
  [{ timeout: 1.5 }, 'timeout'],
  [{ pool: { size: 0 } }, 'pool.size'],
  [{ pool: { idle: -1 } }, 'pool.idle'],
  [{ pool: { backlog: -1 } }, 'pool.backlog'],
])('%j is refused, naming %s', (options, name) => {
  expect(() => checkedOptions(options)).toThrow(SessionConfigError)
  expect(() => checkedOptions(options)).toThrow(name)
})

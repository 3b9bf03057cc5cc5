import { SessionConfigError } from '@sojourn/core/store'
import { expect, test } from 'vitest'
import { documentedVariables } from '../../../../scripts/lib/documented-variables.ts'
import { dshmFromEnv } from './from-env.ts'
import { protocolServer } from './test-support/protocol-server.ts'

test('every variable is accepted, and those that do nothing are named', () => {
  const { store, lock, ignored } = dshmFromEnv.create({
    SESSION_DSHM_HOST: 'localhost',
    SESSION_DSHM_PORT: '4322',
    SESSION_DSHM_REGION: 'shop',
    SESSION_DSHM_CONNECT_TIMEOUT: '1000',
    SESSION_DSHM_SEND_TIMEOUT: '300',
    SESSION_DSHM_READ_TIMEOUT: '400',
    SESSION_DSHM_POOL_NAME: 'sessions',
    SESSION_DSHM_POOL_SIZE: '100',
    SESSION_DSHM_POOL_BACKLOG: '0',
    SESSION_DSHM_POOL_TIMEOUT: '5000',
    SESSION_DSHM_POOL: 'sessions',
    SESSION_DSHM_BACKLOG: '0',
    SESSION_DSHM_KEEPALIVE_TIMEOUT: '5000',
  })
  expect(store.keyOf('abc')).toBe('shop::abc')
  expect(store.limits).toEqual({ connect: 1000, operation: 400 })
  expect(lock).toBeUndefined()
  expect(ignored).toEqual([
    'SESSION_DSHM_POOL_NAME (every store has its own connections)',
    'SESSION_DSHM_POOL (every store has its own connections)',
  ])
})

test('it knows the variables of docs/environment.md, all of lua-resty-session 3.10 among them, and is chosen by its name', () => {
  expect(dshmFromEnv.names).toEqual(['dshm'])
  expect(dshmFromEnv.variables.toSorted()).toEqual(
    documentedVariables().filter((name) => name.startsWith('SESSION_DSHM_')),
  )
  const upstream =
    'REGION HOST PORT CONNECT_TIMEOUT READ_TIMEOUT SEND_TIMEOUT POOL_NAME POOL_TIMEOUT POOL_SIZE POOL_BACKLOG'
  const names = upstream.split(' ').map((name) => `SESSION_DSHM_${name}`)
  expect(dshmFromEnv.variables).toEqual(expect.arrayContaining(names))
})

test('host and port lead to the server', async () => {
  await using server = await protocolServer()
  const { store } = dshmFromEnv.create({ SESSION_DSHM_HOST: '127.0.0.1', SESSION_DSHM_PORT: String(server.port) })
  expect(await store.read('k')).toBeUndefined()
  expect(server.requests).toEqual(['GET k'])
  await store[Symbol.asyncDispose]?.()
})

test('without variables the defaults hold', () => {
  const { store, ignored } = dshmFromEnv.create({ SESSION_DSHM_HOST: '', PATH: '/bin' })
  expect(store.keyOf('abc')).toBe('sessions::abc')
  expect(store.limits).toEqual({ connect: 500, operation: 250 })
  expect(ignored).toEqual([])
})

test.each([
  ['SESSION_DSHM_HOST', 'http://localhost'],
  ['SESSION_DSHM_REGION', 'my:sessions'],
  ['SESSION_DSHM_REGION', 'my sessions'],
  ['SESSION_DSHM_PORT', '0'],
  ['SESSION_DSHM_PORT', '65536'],
  ['SESSION_DSHM_CONNECT_TIMEOUT', '1s'],
  ['SESSION_DSHM_READ_TIMEOUT', '0'],
  ['SESSION_DSHM_POOL_SIZE', '0'],
  ['SESSION_DSHM_POOL_BACKLOG', 'many'],
])('a bad value is refused by the name of its variable: %s=%s', (name, value) => {
  expect(() => dshmFromEnv.create({ [name]: value })).toThrow(SessionConfigError)
  expect(() => dshmFromEnv.create({ [name]: value })).toThrow(`${name} is "${value}"`)
})

test('two names of one option must agree', () => {
  const env = { SESSION_DSHM_POOL_BACKLOG: '10', SESSION_DSHM_BACKLOG: '20' }
  expect(() => dshmFromEnv.create(env)).toThrow('SESSION_DSHM_POOL_BACKLOG and SESSION_DSHM_BACKLOG contradict')
})

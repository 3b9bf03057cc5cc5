import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asEnvironment, publish, publisher, servers, unpublish } from './addresses.mjs'

/** @type {import('./addresses.mjs').Addresses} */
const addresses = {
  redis: { port: 1 },
  redisSecure: {
    ...{ tlsPort: 2, socket: '/redis.sock', user: 'app', password: 'p', defaultPassword: 'd' },
    ...{ caFile: '/ca', certFile: '/cert', keyFile: '/key', serverName: 'name.test' },
  },
  redisCluster: { ports: [3] },
  redisSentinel: { ports: [4], masterName: 'm', masterPort: 5, replicaPort: 6 },
  memcached: { port: 7 },
  memcachedSocket: { path: '/memcached.sock' },
  memcachedTls: { port: 8, caFile: '/ca', serverName: 'name.test' },
  memcachedMore: { ports: [9] },
  dshm: { ports: [10, 11] },
}

/** @type {string} */
let folder
/** @type {string} */
let file
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'addresses-'))
  file = join(folder, 'cache', 'servers.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the addresses come from the file while the process that published them lives', () => {
  publish(addresses, file)
  expect(servers({ env: {}, file })).toEqual(addresses)
  expect(publisher(file)).toBe(process.pid)
})

test('the addresses in the environment win', () => {
  publish({ ...addresses, redis: { port: 99 } }, file)
  expect(servers({ env: asEnvironment(addresses), file })).toEqual(addresses)
})

test('addresses that belong to no process are taken as they are', () => {
  expect(servers({ env: { SOJOURN_SERVERS: JSON.stringify({ addresses }) }, file })).toEqual(addresses)
})

test('without servers the complaint says how to start them', () => {
  publish(addresses, file)
  unpublish(file)
  expect(() => servers({ env: {}, file })).toThrow('not running. Run `npm run servers`')
  expect(publisher(file)).toBeUndefined()
})

test('addresses of a process that is gone are not given out', () => {
  const { pid } = spawnSync(process.execPath, ['--version'])
  publish(addresses, file)
  writeFileSync(file, JSON.stringify({ pid, addresses }))
  expect(() => servers({ env: {}, file })).toThrow(`process ${pid} is gone`)
  expect(publisher(file)).toBeUndefined()
})

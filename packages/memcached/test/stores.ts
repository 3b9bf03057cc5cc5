import { readFileSync } from 'node:fs'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'
import { type MemcachedStore, memcachedStore } from '../src/index.ts'

const { memcached, memcachedSocket, memcachedTls, memcachedMore } = servers()

/** These tests are not about time, and the machine may be busy. */
const patience = { connectTimeout: 20_000, timeout: 10_000 }

export const overTcp = (): MemcachedStore => memcachedStore({ ...patience, port: memcached.port })

export const onSocket = (): MemcachedStore => memcachedStore({ ...patience, socket: memcachedSocket.path })

export const overTls = (): MemcachedStore => {
  const { port, caFile, serverName } = memcachedTls
  return memcachedStore({ ...patience, port, tls: { ca: readFileSync(caFile, 'utf8'), serverName } })
}

export const onThreeServers = (): MemcachedStore =>
  memcachedStore({ ...patience, servers: [memcached.port, ...memcachedMore.ports].map((port) => `127.0.0.1:${port}`) })

import { rmSync } from 'node:fs'
import { startMemcached } from '../../../../scripts/lib/servers/memcached.mjs'
import { temporaryFolder } from '../../../../scripts/lib/servers/own-process.mjs'
import { startRedis } from '../../../../scripts/lib/servers/redis.mjs'
import type { Environment } from './app-process.ts'

/** What can be done to a server. */
export interface ServerControl {
  readonly port: number
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A store with a server of its own, and how an app finds it. */
export interface ServerStore {
  readonly name: string
  readonly start: (options?: { readonly args?: string[] }) => Promise<ServerControl>
  readonly environment: (port: number) => Environment
}

export const redis: ServerStore = {
  name: 'redis',
  start: startRedis,
  environment: (port) => ({
    SESSION_STORAGE: 'redis',
    SESSION_REDIS_HOST: '127.0.0.1',
    SESSION_REDIS_PORT: String(port),
  }),
}

export const memcached: ServerStore = {
  name: 'memcached',
  start: startMemcached,
  environment: (port) => ({
    SESSION_STORAGE: 'memcached',
    SESSION_MEMCACHE_HOST: '127.0.0.1',
    SESSION_MEMCACHE_PORT: String(port),
  }),
}

/** A shared-memory store in a folder of its own. */
export function newShm(more: Environment = {}): { readonly environment: Environment; readonly remove: () => void } {
  const folder = temporaryFolder()
  return {
    environment: { SESSION_STORAGE: 'shm', SESSION_SHM_PATH: folder, ...more },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

interface SentinelAddresses {
  readonly ports: readonly number[]
  readonly masterName: string
}

export const onSentinel = ({ ports, masterName }: SentinelAddresses): Environment => ({
  SESSION_STORAGE: 'redis',
  SESSION_REDIS_SENTINELS: ports.map((port) => `127.0.0.1:${port}`).join(' '),
  SESSION_REDIS_MASTER: masterName,
})

export const onCluster = ({ ports }: { readonly ports: readonly number[] }): Environment => ({
  SESSION_STORAGE: 'redis',
  SESSION_REDIS_CLUSTER_NODES: ports.map((port) => `127.0.0.1:${port}`).join(' '),
})

export const onDshm = ({ ports }: { readonly ports: readonly number[] }): Environment => ({
  SESSION_STORAGE: 'dshm',
  SESSION_DSHM_HOST: '127.0.0.1',
  SESSION_DSHM_PORT: String(ports[0]),
})

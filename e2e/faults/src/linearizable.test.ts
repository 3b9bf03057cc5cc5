import { testLinearizability } from '@sojourn/testing'
import { afterAll, beforeAll } from 'vitest'
import { memcached as openMemcached, redis as openRedis, shm as openShm } from './lib/open-store.ts'
import { memcached, newShm, redis, type ServerControl } from './lib/stores.ts'

const shm = newShm()
const servers: ServerControl[] = []
beforeAll(async () => {
  for (const store of [redis, memcached]) {
    const server = await store.start()
    servers.push(server)
    Object.assign(process.env, store.environment(server.port))
  }
  Object.assign(process.env, shm.environment)
})
afterAll(async () => {
  for (const server of servers) await server.stop()
  shm.remove()
})

const module = new URL('./lib/open-store.ts', import.meta.url)

const stores = { redis: openRedis, memcached: openMemcached, shm: openShm }

for (const [name, create] of Object.entries(stores))
  testLinearizability({
    name,
    create,
    otherProcess: { module, export: name },
    operations: 10_000,
  })

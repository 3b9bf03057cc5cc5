import { hash } from 'node:crypto'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { SessionData } from '../../session-data.ts'
import type { Stack } from '../stack.ts'

const LIFE_SECONDS = 900
const REVISION_LENGTH = 8

/** The least that a compare-and-set can be: values begin with a revision. */
const SCRIPT = `
if redis.call('GETRANGE', KEYS[1], 0, ${REVISION_LENGTH - 1}) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`
const DIGEST = hash('sha1', SCRIPT)

/** What the stacks need of a client, each in the client's own way. */
interface Client {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<unknown>
  evalsha(key: string, revision: string, value: string): Promise<unknown>
  close(): Promise<void>
}

async function ioredis(port: number): Promise<Client> {
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true })
  await client.connect()
  await client.script('LOAD', SCRIPT)
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value, 'EX', LIFE_SECONDS),
    evalsha: (key, revision, value) => client.evalsha(DIGEST, 1, key, revision, value, LIFE_SECONDS),
    close: async () => client.disconnect(),
  }
}

async function nodeRedis(port: number): Promise<Client> {
  const client = createClient({ socket: { host: '127.0.0.1', port } })
  await client.connect()
  await client.scriptLoad(SCRIPT)
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value, { expiration: { type: 'EX', value: LIFE_SECONDS } }),
    evalsha: (key, revision, value) =>
      client.evalSha(DIGEST, { keys: [key], arguments: [revision, value, `${LIFE_SECONDS}`] }),
    close: async () => client.destroy(),
  }
}

const clients = { ioredis, 'node-redis': nodeRedis } as const

export type ClientName = keyof typeof clients

const textOf = (revision: number, data: SessionData): string =>
  `${revision}`.padStart(REVISION_LENGTH, '0') + JSON.stringify(data)

export async function getAndSet(name: ClientName, port: number): Promise<Stack> {
  const client = await clients[name](port)
  return {
    name: `${name}: GET + SET`,
    create: async (session, data) => void (await client.set(`set-${session}`, textOf(0, data))),
    async visit(session) {
      const found = await client.get(`set-${session}`)
      await client.set(`set-${session}`, found ?? '')
    },
    close: () => client.close(),
  }
}

export async function getAndScript(name: ClientName, port: number): Promise<Stack> {
  const client = await clients[name](port)
  return {
    name: `${name}: GET + script`,
    create: async (session, data) => void (await client.set(`script-${session}`, textOf(0, data))),
    async visit(session) {
      const found = (await client.get(`script-${session}`)) ?? ''
      const revision = found.slice(0, REVISION_LENGTH)
      const next = `${Number(revision) + 1}`.padStart(REVISION_LENGTH, '0')
      const written = await client.evalsha(`script-${session}`, revision, next + found.slice(REVISION_LENGTH))
      if (written !== 1) throw new Error('The script refused to write.')
    },
    close: () => client.close(),
  }
}

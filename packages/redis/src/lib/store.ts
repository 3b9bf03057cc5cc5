import { hash } from 'node:crypto'
import {
  type Bytes,
  type CallOptions,
  type Expect,
  Notices,
  type Revision,
  type Seconds,
  type SessionStore,
  type Stored,
  type StoreNotice,
  type Written,
} from '@sojourn/core/store'
import type { Connection } from './commands.ts'
import { epochMilliseconds } from './expiry.ts'
import { givenConnection, likeConnection } from './given-connection.ts'
import { redisIndex } from './index-sets.ts'
import { redisLock } from './lock.ts'
import { memoryPolicyNotice } from './memory-policy.ts'
import type { RedisStoreOptions } from './options.ts'
import { OwnConnection } from './own-connection.ts'
import { Replicas } from './replicas.ts'
import { type Step, script } from './scripts.ts'
import { Sender } from './sender.ts'
import { type Settings, settingsOf } from './settings.ts'

/** A store that lacks nothing a store can have. */
export type RedisStore = Required<SessionStore>

/**
 * Sessions on Redis 6.2 or newer: a single server, Sentinel or Cluster. It connects at its first use.
 *
 * Every step is one round trip and touches one key; none is sent twice or kept for later. Without `client` it needs
 * the package `ioredis`.
 * @throws SessionConfigError for options that are wrong or contradict each other
 */
export function redisStore(options: RedisStoreOptions = {}): RedisStore {
  const settings = settingsOf(options)
  const connection = connectionOf(settings)
  const replicas = settings.replicas && new Replicas(settings.replicas, () => anotherConnectionOf(settings))
  const notices = new Notices()
  const sender = new Sender(connection, replicas, async (commands) => {
    const notice = await memoryPolicyNotice(commands)
    if (notice) notices.report(notice)
  })

  return {
    name: 'redis',
    holds: 'bytes',
    atomic: true,
    limits: { connect: settings.connectTimeout, operation: settings.timeout },
    keyOf: (id: string): string => (settings.hashTag ? `${settings.prefix}:{${id}}` : `${settings.prefix}:${id}`),

    async read(key: string, call?: CallOptions): Promise<Stored | undefined> {
      const found = await sender.get(key, call)
      if (!found) return undefined
      const bytes = new Uint8Array(found)
      return { bytes, revision: revisionOf(bytes) }
    },

    async write(key: string, bytes: Bytes, expiresAt: Seconds, expect: Expect, call?: CallOptions): Promise<Written> {
      const value = Buffer.from(bytes)
      const step = writeStep(key, value, epochMilliseconds(expiresAt), expect)
      const { answer, unconfirmed } = call?.confirm
        ? await sender.sendToAll(key, step, call)
        : { answer: await sender.send(key, step, call), unconfirmed: false }
      const refused = refusalOf(answer)
      if (refused) return { ok: false, why: refused }
      return { ok: true, revision: revisionOf(value), ...(unconfirmed && { unconfirmed }) }
    },

    async delete(key: string, call?: CallOptions): Promise<void> {
      const step: Step = { command: ['DEL', key] }
      await (call?.confirm ? sender.sendToAll(key, step, call) : sender.send(key, step, call))
    },

    lock: redisLock(sender),
    index: redisIndex(sender),

    get connected(): boolean {
      return connection.ready !== undefined
    },

    reconnect(): void {
      connection.reconnect()
      replicas?.reconnect()
    },

    onNotice(listener: (notice: StoreNotice) => void): void {
      notices.listen(listener)
    },

    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([connection.close(), replicas?.close()])
    },
  }
}

function connectionOf(settings: Settings): Connection {
  const { target, connectTimeout } = settings
  return target.kind === 'client' ? givenConnection(target.client, connectTimeout) : new OwnConnection(settings)
}

function anotherConnectionOf(settings: Settings): Connection {
  const { target, connectTimeout } = settings
  return target.kind === 'client' ? likeConnection(target.client, connectTimeout) : new OwnConnection(settings)
}

/**
 * The digest of the value, which the script below computes too. Redis can keep no counter beside a value that is kept
 * as it is; values that are sealed anew with every write have no digest twice.
 */
const revisionOf = (value: Uint8Array): Revision => hash('sha1', value) as Revision

const replacement = script(`
local found = redis.call('GET', KEYS[1])
if not found then return 'gone' end
if redis.sha1hex(found) ~= ARGV[1] then return 'changed' end
redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
return 'OK'`)

function writeStep(key: string, value: Buffer, expiresAt: string, expect: Expect): Step {
  if (expect === 'any') return { command: ['SET', key, value, 'PXAT', expiresAt] }
  if (expect === 'absent') return { command: ['SET', key, value, 'NX', 'PXAT', expiresAt] }
  return replacement(key, expect, value, expiresAt)
}

function refusalOf(answer: unknown): 'exists' | 'changed' | 'gone' | undefined {
  if (answer === null) return 'exists'
  if (answer === 'gone' || answer === 'changed') return answer
  if (answer === 'OK') return undefined
  throw new Error('Redis: the answer to a write is none that there is.')
}

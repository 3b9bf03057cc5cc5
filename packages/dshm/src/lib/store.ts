import { hash } from 'node:crypto'
import type { Bytes, CallOptions, Expect, Revision, Seconds, SessionStore, Stored, Written } from '@sojourn/core/store'
import { StoreRefusedError } from '@sojourn/core/store'
import type { Answer } from './answer.ts'
import { checkedOptions, type DshmStoreOptions } from './options.ts'
import { Pool } from './pool.ts'
import { deleteRequest, getRequest, setRequest } from './request.ts'

export type DshmStore = SessionStore &
  Required<Pick<SessionStore, 'limits' | 'connected' | 'reconnect' | typeof Symbol.asyncDispose>>

/**
 * A store in an ngx-distributed-shm cluster, over its text protocol.
 *
 * The protocol has no compare-and-set, so the store is not atomic: a write that expects something looks first (GET, then
 * SET), and another one may slip in between. Nor can it have a lock, for which it lacks a compare-and-delete, or an
 * index.
 * @throws SessionConfigError for an option that is no good.
 */
export function dshmStore(options: DshmStoreOptions = {}): DshmStore {
  const settings = checkedOptions(options)
  const pool = new Pool(settings)

  const get = async (key: string, call: CallOptions | undefined): Promise<Bytes | undefined> =>
    await pool.ask(getRequest(key), valueOrNothing, call)

  return {
    name: 'dshm',
    holds: 'ascii',
    atomic: false,
    limits: { connect: settings.connectTimeout, operation: settings.timeout },
    get connected(): boolean {
      return pool.isConnected
    },
    keyOf: (id) => `${settings.region}::${id}`,

    async read(key: string, call?: CallOptions): Promise<Stored | undefined> {
      const bytes = await get(key, call)
      return bytes && { bytes, revision: revisionOf(bytes) }
    },

    async write(key: string, bytes: Bytes, expiresAt: Seconds, expect: Expect, call?: CallOptions): Promise<Written> {
      const ttl = Math.min(Math.ceil(expiresAt - settings.now() / 1000), longestTtl)
      const value = new Uint8Array(bytes)
      const request = ttl > 0 ? setRequest(key, ttl, value) : deleteRequest(key)
      const refused = expect === 'any' ? undefined : refusalOf(await get(key, call), expect)
      if (refused) return { ok: false, why: refused }
      await pool.ask(request, (answer) => (ttl > 0 ? requireKept(answer, value) : requireDone(answer)), call)
      return { ok: true, revision: revisionOf(value) }
    },

    async delete(key: string, call?: CallOptions): Promise<void> {
      await pool.ask(deleteRequest(key), requireDone, call)
    },

    reconnect: () => pool.reconnect(),

    async [Symbol.asyncDispose](): Promise<void> {
      pool.dispose()
    },
  }
}

/** What the server's 32 bits hold. */
const longestTtl = 2 ** 31 - 1

/** The store's own name for a value: its digest, for the server has none. */
const revisionOf = (bytes: Bytes): Revision => hash('sha256', bytes, 'base64url') as Revision

function refusalOf(
  found: Bytes | undefined,
  expect: Exclude<Expect, 'any'>,
): 'exists' | 'changed' | 'gone' | undefined {
  if (expect === 'absent') return found && 'exists'
  if (!found) return 'gone'
  return revisionOf(found) === expect ? undefined : 'changed'
}

function valueOrNothing(answer: Answer): Bytes | undefined {
  if (answer.kind === 'value') return new Uint8Array(answer.bytes)
  if (answer.kind === 'error' && answer.reason === 'not_found') return undefined
  throw unexpected(answer)
}

function requireDone(answer: Answer): void {
  if (answer.kind !== 'done') throw unexpected(answer)
}

/** The answer to SET repeats what is kept. */
function requireKept(answer: Answer, value: Bytes): void {
  if (answer.kind !== 'value') throw unexpected(answer)
  if (!answer.bytes.equals(value)) throw new Error('The dshm server has kept something else than it was given.')
}

function unexpected(answer: Answer): Error {
  if (answer.kind === 'error') return new StoreRefusedError(`The dshm server answered with the error ${answer.reason}.`)
  return new Error('The dshm server answered something else than it was asked.')
}

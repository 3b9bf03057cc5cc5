import {
  type Bytes,
  type CallOptions,
  type Expect,
  Notices,
  type Seconds,
  type SessionStore,
  type Stored,
  type StoreNotice,
  type Written,
} from '@sojourn/core/store'
import { timeToLive } from './commands.ts'
import { memcachedIndex } from './index-sets.ts'
import { memcachedLock } from './lock.ts'
import { checkedOptions, type MemcachedStoreOptions } from './options.ts'
import { refusesWhenFull } from './server-facts.ts'
import { Values } from './values.ts'

/** A store that has everything but replicas. */
export type MemcachedStore = SessionStore &
  Required<Pick<SessionStore, 'lock' | 'index' | 'limits' | 'reconnect' | 'onNotice' | typeof Symbol.asyncDispose>>

/**
 * Sessions on memcached 1.6.10 or newer: one server, or several that share the keys. Connections are opened at the
 * first use and again after a server was away.
 *
 * memcached counts time in whole seconds of its own, so a value may end up to a second before or after its time. It
 * forgets what it holds when it restarts, and the least recently used values when its memory is full.
 * @throws SessionConfigError naming the option that is wrong
 */
export function memcachedStore(options: MemcachedStoreOptions = {}): MemcachedStore {
  const settings = checkedOptions(options)
  const notices = new Notices()
  const values = new Values(settings, ({ evicts }) => {
    if (!evicts) notices.report(refusesWhenFull)
  })

  return {
    name: 'memcached',
    holds: 'bytes',
    atomic: true,
    limits: { connect: settings.pool.connect, operation: settings.operationLimit },
    lock: memcachedLock(values),
    index: memcachedIndex(values),
    keyOf: (id: string): string => `${settings.prefix}:${id}`,

    get connected(): boolean {
      return values.isConnected
    },

    async read(key: string, call?: CallOptions): Promise<Stored | undefined> {
      return await values.get(key, call?.signal)
    },

    async write(key: string, bytes: Bytes, expiresAt: Seconds, expect: Expect, call?: CallOptions): Promise<Written> {
      return await values.set(key, bytes, timeToLive(expiresAt, Date.now()), expect, call?.signal)
    },

    async delete(key: string, call?: CallOptions): Promise<void> {
      await values.delete(key, undefined, call?.signal)
    },

    reconnect: (): void => values.reconnect(),
    onNotice: (listener: (notice: StoreNotice) => void): void => notices.listen(listener),

    async [Symbol.asyncDispose](): Promise<void> {
      values.dispose()
    },
  }
}

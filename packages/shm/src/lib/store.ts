import type {
  Bytes,
  CallOptions,
  Expect,
  Seconds,
  SessionStore,
  Stored,
  StoreNotice,
  Written,
} from '@sojourn/core/store'
import { Handle } from './handle.ts'
import { shmIndex } from './index-sets.ts'
import { shmLock } from './lock.ts'
import { checkedOptions, type ShmStoreOptions } from './options.ts'
import { deleteValue, readValue, writeValue } from './values.ts'

/** A store that has everything but replicas and connections to give up. */
export type ShmStore = SessionStore &
  Required<Pick<SessionStore, 'lock' | 'index' | 'connected' | 'onNotice' | typeof Symbol.asyncDispose>>

/**
 * Sessions in memory that all processes of a host share, like a `lua_shared_dict`. The files are opened at the first
 * use, and stay when the store is disposed of.
 *
 * Bounded by `size`: what has expired goes first, then the least recently used records. The order of use is exact to a
 * minute, and to an eighth of the time that records last when that is less. Locks and index members are never evicted;
 * they may take half of `size`, after which a further one is refused.
 *
 * Another process that stands still in the middle of a write keeps others from writing, not from reading, until it goes
 * on or is killed. A writer that is killed leaves nothing half done.
 * @throws SessionConfigError naming the option that is wrong.
 */
export function shmStore(options: ShmStoreOptions = {}): ShmStore {
  const handle = new Handle(checkedOptions(options))
  const open = (call: CallOptions | undefined) => handle.open(call)

  return {
    name: 'shm',
    holds: 'bytes',
    atomic: true,
    lock: shmLock(open),
    index: shmIndex(open),
    keyOf: (id: string): string => id,

    get connected(): boolean {
      return handle.isOpen
    },

    async read(key: string, call?: CallOptions): Promise<Stored | undefined> {
      return readValue(await open(call), key)
    },

    async write(key: string, bytes: Bytes, expiresAt: Seconds, expect: Expect, call?: CallOptions): Promise<Written> {
      return await writeValue(await open(call), key, bytes, expiresAt, expect, call)
    },

    async delete(key: string, call?: CallOptions): Promise<void> {
      await deleteValue(await open(call), key, call)
    },

    onNotice(listener: (notice: StoreNotice) => void): void {
      handle.notices.listen(listener)
    },

    [Symbol.asyncDispose]: () => handle.close(),
  }
}

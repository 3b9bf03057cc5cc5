import type { CallOptions, Revision, Seconds, StoreLock } from '@sojourn/core/store'
import type { Values } from './values.ts'

const keyOf = (key: string): string => `${key}.lock`
const ttlOf = (lease: Seconds): number => Math.max(1, Math.ceil(lease))

/** Leases under `<key>.lock`, holding the token. To renew or release one is to look at it and then compare-and-set. */
export function memcachedLock(values: Values): StoreLock {
  /** The revision of the lock, where `token` holds it. */
  async function held(key: string, token: string, call: CallOptions | undefined): Promise<Revision | undefined> {
    const found = await values.get(keyOf(key), call?.signal)
    return found && new TextDecoder().decode(found.bytes) === token ? found.revision : undefined
  }

  return {
    async acquire(key: string, token: string, lease: Seconds, call?: CallOptions): Promise<boolean> {
      const value = new TextEncoder().encode(token)
      return (await values.set(keyOf(key), value, ttlOf(lease), 'absent', call?.signal)).ok
    },

    async renew(key: string, token: string, lease: Seconds, call?: CallOptions): Promise<boolean> {
      const revision = await held(key, token, call)
      if (!revision) return false
      const value = new TextEncoder().encode(token)
      return (await values.set(keyOf(key), value, ttlOf(lease), revision, call?.signal)).ok
    },

    async release(key: string, token: string, call?: CallOptions): Promise<void> {
      const revision = await held(key, token, call)
      if (revision) await values.delete(keyOf(key), revision, call?.signal)
    },
  }
}

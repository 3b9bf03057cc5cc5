import type { Seconds, StoreLock } from '../contracts/store.ts'
import { StoreRefusedError } from '../errors.ts'
import { lookAround, type MemorySpace } from './memory-space.ts'

/** Leases in memory. At most `maxEntries` at a time. */
export function memoryLock({ locks, lockWalk }: MemorySpace, maxEntries: number, now: () => number): StoreLock {
  function collectExpired(looks: number): void {
    lookAround(lockWalk, looks, (key) => isHeld(key))
  }

  function isHeld(key: string, token?: string): boolean {
    const lease = locks.get(key)
    if (!lease) return false
    if (lease.until > now()) return token === undefined || token === lease.token
    locks.delete(key)
    return false
  }

  return {
    async acquire(key: string, token: string, lease: Seconds): Promise<boolean> {
      if (isHeld(key)) return false
      collectExpired(locks.size < maxEntries ? 2 : locks.size)
      if (locks.size >= maxEntries)
        throw new StoreRefusedError(`The memory store holds ${maxEntries} locks and takes no more.`)
      locks.set(key, { token, until: now() + lease * 1000 })
      return true
    },

    async renew(key: string, token: string, lease: Seconds): Promise<boolean> {
      if (!isHeld(key, token)) return false
      locks.set(key, { token, until: now() + lease * 1000 })
      return true
    },

    async release(key: string, token: string): Promise<void> {
      if (isHeld(key, token)) locks.delete(key)
    },
  }
}

import type { CallOptions, Seconds, StoreLock } from '@sojourn/core/store'
import type { Dictionary } from './dictionary.ts'
import { changeCell } from './held.ts'
import { KIND, textKey } from './octets.ts'

/** Leases across processes, under `{id}.lock`. */
export function shmLock(open: (call: CallOptions | undefined) => Promise<Dictionary>): StoreLock {
  const nameOf = (key: string) => textKey(KIND.lock, `${key}.lock`)

  return {
    async acquire(key: string, token: string, lease: Seconds, call?: CallOptions): Promise<boolean> {
      const dictionary = await open(call)
      let isTaken = false
      await changeCell(
        dictionary,
        nameOf(key),
        (held, now) => {
          isTaken = held !== undefined
          return isTaken ? undefined : { text: token, until: now + lease * 1000 }
        },
        call,
      )
      return !isTaken
    },

    async renew(key: string, token: string, lease: Seconds, call?: CallOptions): Promise<boolean> {
      const dictionary = await open(call)
      let isOurs = false
      await changeCell(
        dictionary,
        nameOf(key),
        (held, now) => {
          isOurs = held?.text === token
          return isOurs ? { text: token, until: now + lease * 1000 } : undefined
        },
        call,
      )
      return isOurs
    },

    async release(key: string, token: string, call?: CallOptions): Promise<void> {
      const dictionary = await open(call)
      await changeCell(dictionary, nameOf(key), (held) => (held?.text === token ? 'remove' : undefined), call)
    },
  }
}

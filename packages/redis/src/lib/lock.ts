import type { CallOptions, Seconds, StoreLock } from '@sojourn/core/store'
import { script } from './scripts.ts'
import type { Sender } from './sender.ts'

const renewal = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`)

const removal = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`)

/** Locks under `{key}.lock`, where lua-resty-session keeps them too; the value is the token. */
export function redisLock(sender: Sender): StoreLock {
  return {
    async acquire(key: string, token: string, lease: Seconds, call?: CallOptions): Promise<boolean> {
      const lock = lockOf(key)
      const command = ['SET', lock, token, 'NX', 'PX', milliseconds(lease)] as const
      return (await sender.send(lock, { command }, call)) !== null
    },

    async renew(key: string, token: string, lease: Seconds, call?: CallOptions): Promise<boolean> {
      const lock = lockOf(key)
      return Number(await sender.send(lock, renewal(lock, token, milliseconds(lease)), call)) === 1
    },

    async release(key: string, token: string, call?: CallOptions): Promise<void> {
      const lock = lockOf(key)
      await sender.send(lock, removal(lock, token), call)
    },
  }
}

const lockOf = (key: string): string => `${key}.lock`
const milliseconds = (lease: Seconds): string => String(Math.ceil(lease * 1000))

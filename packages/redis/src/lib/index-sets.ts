import type { CallOptions, Seconds, StoreIndex } from '@sojourn/core/store'
import { script } from './scripts.ts'
import type { Sender } from './sender.ts'

// All three go by the server's clock, like the expiry of keys.
const now = `local time = redis.call('TIME')
local now = string.format('%d.%03d', time[1], math.floor(time[2] / 1000))`

/** The set lives as long as the last of its members, so adding one never makes it shorter. */
const addition = script(`${now}
redis.call('ZADD', KEYS[1], 'GT', ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if last[2] then redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', math.max(last[2] * 1000, 1))) end
return 0`)

const listing = script(`${now}
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`)

/** Sorted sets: the score of a member is when it ends, in epoch seconds, as lua-resty-session has it. */
export function redisIndex(sender: Sender): StoreIndex {
  return {
    async add(set: string, member: string, expiresAt: Seconds, call?: CallOptions): Promise<void> {
      await sender.send(set, addition(set, member, String(expiresAt)), call)
    },

    async remove(set: string, member: string, call?: CallOptions): Promise<void> {
      await sender.send(set, { command: ['ZREM', set, member] }, call)
    },

    async members(set: string, call?: CallOptions): Promise<readonly string[]> {
      const members = await sender.send(set, listing(set), call)
      return Array.isArray(members) ? members.map(String) : []
    },
  }
}

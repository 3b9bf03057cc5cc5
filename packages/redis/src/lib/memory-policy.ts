import type { StoreNotice } from '@sojourn/core/store'
import type { RedisCommands } from './commands.ts'

/**
 * What to say about a server that drops keys when its memory is full, where users may ask for that. Every key of ours
 * expires, so it is the `volatile` policies too that choose among them.
 */
export async function memoryPolicyNotice(commands: RedisCommands): Promise<StoreNotice | undefined> {
  const facts = await commands.send('', ['INFO', 'memory'], undefined).catch(() => '')
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(String(facts)) ?? []
  if (policy === undefined || policy === 'noeviction') return undefined
  const message =
    `Redis runs with maxmemory-policy ${policy}: when its memory is full it drops sessions, locks and the marks of ` +
    'sessions that have ended. Set it to noeviction.'
  return { type: 'warning', message }
}

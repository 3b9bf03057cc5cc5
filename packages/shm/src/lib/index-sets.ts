import type { CallOptions, Seconds, StoreIndex } from '@sojourn/core/store'
import { cellOf } from './cells.ts'
import type { Dictionary } from './dictionary.ts'
import { changeCell } from './held.ts'
import { keyAfter, memberKey, setKey, view } from './octets.ts'

/** Sets whose members lie side by side, each under a key of its own. */
export function shmIndex(open: (call: CallOptions | undefined) => Promise<Dictionary>): StoreIndex {
  return {
    async add(set: string, member: string, expiresAt: Seconds, call?: CallOptions): Promise<void> {
      const dictionary = await open(call)
      await changeCell(
        dictionary,
        memberKey(set, member),
        (found, now) => {
          const until = expiresAt * 1000
          return until > Math.max(now, found?.until ?? 0) ? { text: '', until } : undefined
        },
        call,
      )
    },

    async remove(set: string, member: string, call?: CallOptions): Promise<void> {
      const dictionary = await open(call)
      await changeCell(dictionary, memberKey(set, member), () => 'remove', call)
    },

    async members(set: string, call?: CallOptions): Promise<readonly string[]> {
      const dictionary = await open(call)
      const start = setKey(set)
      const now = dictionary.now()
      return dictionary.look(() =>
        [...dictionary.shared.held.getRange({ start, end: keyAfter(start) })]
          .filter(({ key, value }) => cellOf(key, value).until > now)
          .map(({ key }) => view(key).toString('utf8', start.length)),
      )
    },
  }
}

import type { Dictionary } from './dictionary.ts'
import { firstKey, KIND } from './octets.ts'
import type { Pages } from './pages.ts'
import { placedAt, recordOf, removeRecord, type ShmRecord } from './records.ts'

/** Freed in one go, as a part of all pages: room for one record only would have to be made for every record. */
const PART = 1 / 64
const MOST_AT_ONCE = 64

/**
 * Removes the records that were not used for longest, about as many as fill `lacking` pages.
 * @returns how many there were; another process may have been first.
 */
export async function evict(dictionary: Dictionary, lacking: number, pages: Pages): Promise<number> {
  const { records } = dictionary.shared
  const wanted = Math.max(lacking, Math.floor((dictionary.size / pages.bytesPerPage) * PART)) * pages.bytesPerPage
  const victims = dictionary.look(() => leastRecentlyUsed(dictionary, wanted))
  const now = dictionary.now()
  const removed = await Promise.all(
    victims.map(async (victim) => {
      const isRemoved = await dictionary.remove(() => removeRecord(records, victim))
      return isRemoved ? [victim] : []
    }),
  )
  const gone = removed.flat()
  const last = gone.at(-1)
  if (last) dictionary.shared.evictedFrom = placedAt(last)
  const live = gone.filter(({ expiresAt }) => expiresAt * 1000 > now).length
  if (live > 0) dictionary.notices.report({ type: 'evicted', count: live })
  return victims.length
}

function leastRecentlyUsed({ shared }: Dictionary, wanted: number): ShmRecord[] {
  const range = { start: firstKey(KIND.place), end: firstKey(KIND.place + 1), limit: MOST_AT_ONCE }
  const victims: ShmRecord[] = []
  let bytes = 0
  for (const { key, value } of shared.records.getRange(range)) {
    if (bytes >= wanted) continue
    const victim = recordOf(key, value)
    victims.push(victim)
    bytes += victim.size
  }
  return victims
}

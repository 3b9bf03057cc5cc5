import { type CallOptions, type Milliseconds, StoreRefusedError } from '@sojourn/core/store'
import { type Cell, findCell, putCell, removeCell } from './cells.ts'
import { collectExpired } from './collect.ts'
import type { Dictionary } from './dictionary.ts'
import { sizeHint } from './files.ts'
import { newStamp } from './octets.ts'
import { countPages } from './pages.ts'

/** The part of the size that locks and members of sets may take. */
const PART = 1 / 2

/** What is to become of a cell: another text and end, `remove`, or nothing at all. */
export type Verdict = { readonly text: string; readonly until: Milliseconds } | 'remove' | undefined

/**
 * Decides over a cell, again whenever somebody else has changed it meanwhile.
 * @param decide gets the text and end of a live cell. Its last verdict has come true.
 */
export async function changeCell(
  dictionary: Dictionary,
  key: Uint8Array,
  decide: (live: Cell | undefined, now: Milliseconds) => Verdict,
  call: CallOptions | undefined,
): Promise<void> {
  const { held } = dictionary.shared
  while (true) {
    const now = dictionary.now()
    const found = dictionary.look(() => findCell(held, key))
    const verdict = decide(found && found.until > now ? found : undefined, now)
    if (!verdict) return
    if (verdict === 'remove') {
      if (!found || (await dictionary.remove(() => removeCell(held, found), call))) return
    } else if (await putFound(dictionary, found, { key, ...verdict }, call)) return
    call?.signal?.throwIfAborted()
  }
}

async function putFound(
  dictionary: Dictionary,
  found: Cell | undefined,
  wanted: Pick<Cell, 'key' | 'text' | 'until'>,
  call: CallOptions | undefined,
): Promise<boolean> {
  const end = Math.ceil(wanted.until / 1000)
  const cell: Cell = { ...wanted, stamp: newStamp(), endsAt: Math.min(end, found?.endsAt ?? end) }
  const growth = found ? 0 : 2
  if (!found) await requirePart(dictionary)
  if (!dictionary.look(() => dictionary.room.has(growth))) {
    await dictionary.room.make(growth)
    return false
  }
  return await dictionary.change(growth, () => putCell(dictionary.shared.held, found, cell), call)
}

/** They are promises, and never evicted. */
async function requirePart(dictionary: Dictionary): Promise<void> {
  while (true) {
    const { held, bytesPerPage } = dictionary.look(() => countPages(dictionary.shared))
    if ((held + 2) * bytesPerPage <= dictionary.size * PART) return
    if ((await collectExpired(dictionary, 256)) > 0) continue
    throw new StoreRefusedError(`shmStore takes no more locks and index entries: they fill half of it. ${sizeHint}`)
  }
}

import {
  type Bytes,
  type Call,
  type Judge,
  type Opened,
  type OpenResult,
  openOne,
  type PersistenceContext,
  type Stored,
} from '@sojourn/core/persistence'
import { platform } from '#crypto'
import { refused } from '../shared/decoded.ts'
import { readV3Cookie } from '../v3/cookie.ts'
import type { V3Settings } from '../v3/settings.ts'
import { v3Candidates } from './cookies.ts'
import type { V3Records } from './records.ts'
import { openState } from './state.ts'

/** What a request knows of the record of its session: the `token` of what it has opened. */
export interface Known {
  /** Absent where the session is superseded: its cookie opens only what a save has replaced since. */
  readonly record?: Stored
  /** What the browser's cookie opens; absent while it has none. */
  readonly shown?: Bytes
}

/** Whether a replaced record stays beside the new one. With `regenerate` it stays under its own id. */
export const keepsPrevious = ({ strategy }: V3Settings, { times }: Pick<PersistenceContext, 'times'>): boolean =>
  strategy === 'default' && times.discard > 0

/** Opens the session that the request's cookies name, also with the cookie that the last save has replaced. */
export async function openRecord(
  context: PersistenceContext,
  settings: V3Settings,
  records: V3Records,
  call: Call,
  judge: Judge,
): Promise<OpenResult> {
  const superseded: Opened[] = []

  const found = await openOne(v3Candidates(call.jar, context.name, settings.maxSize), async (value) => {
    const cookie = readV3Cookie(settings, value)
    if (!cookie.ok) return cookie
    const { id } = cookie.value
    const open = (stored: Stored, known: Known) =>
      openState(settings, context.times, cookie.value, records.dataOf(stored), known, call, judge)

    // No record, no session: what was kept beside one that has ended opens nothing.
    const record = await records.read(id, call)
    if (!record) return refused('not-found')
    const current = await open(record, { record, shown: record.bytes })
    if (current.ok || current.refusal !== 'tampered' || !keepsPrevious(settings, context)) return current
    const previous = await records.readPrevious(id, call)
    if (!previous) return current
    const before = await open(previous, {})
    if (!before.ok) return before
    superseded.push(before.opened)
    return current
  })

  // A browser may have both cookies of one session, for two paths: the newer one counts.
  const others = superseded.filter(({ state }) => !found.ok || !isSameId(state, found.opened.state))
  const [only] = others
  if (!only || (!found.ok && found.refusal === 'ambiguous')) return found
  return found.ok || others.length > 1 ? refused('ambiguous') : { ok: true, opened: only }
}

const isSameId = (one: Opened['state'], other: Opened['state']): boolean =>
  platform.equal(one.claims.id, other.claims.id)

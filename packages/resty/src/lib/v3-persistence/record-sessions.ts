import {
  type Call,
  type Judge,
  type Opened,
  type OpenResult,
  openOne,
  type Persistence,
  type PersistenceContext,
  type Seconds,
  type State,
  type Step,
  type StepResult,
  type Stored,
  settableJar,
} from '@sojourn/core/persistence'
import { randomBytes } from '../shared/crypto.ts'
import { refused } from '../shared/decoded.ts'
import { readV3Cookie } from '../v3/cookie.ts'
import type { V3Settings } from '../v3/settings.ts'
import { expireV3Cookies, setV3Cookies, v3Candidates } from './cookies.ts'
import type { V3Records } from './records.ts'
import { type SealedState, sealState } from './sealed-state.ts'
import { openState } from './state.ts'

const CHANGED: StepResult = { ok: false, why: 'changed' }
const GONE: StepResult = { ok: false, why: 'gone' }

/**
 * The id and the hash in the cookie, the data in a store. Neither opens without the other, and every save changes both:
 * only the response of the save knows how the session opens from then on. Writes compare, so a request that others
 * have overtaken changes nothing, and nothing can be merged, for it cannot read what they wrote.
 */
export function v3RecordSessions(
  context: PersistenceContext,
  settings: V3Settings,
  records: V3Records,
): Pick<Persistence, 'open' | 'step'> {
  const { name, times } = context
  const { strategy, maxSize } = settings

  /** After a write that succeeded: the cookie that opens what was written. */
  const written = ({ state, chunks, expires }: SealedState, token: Stored, call: Call): StepResult => {
    const jar = settableJar(call)
    if (jar) setV3Cookies(jar, context, chunks, expires - call.now)
    return { ok: true, opened: { state, handedOff: false, reseal: false, token } }
  }

  /** Creates a session, or writes it again under the id that it has. */
  async function write(known: Stored | undefined, next: State, call: Call): Promise<StepResult> {
    const sealed = await sealState(settings, context, next, call)
    if (!sealed.ok) return sealed
    const result = await records.write(sealed.state.claims.id, sealed.stored, sealed.expires, known, call)
    if (result.ok) return written(sealed, result.record, call)
    return result.why === 'gone' ? GONE : CHANGED
  }

  async function rotate(from: Opened, next: State, grace: Seconds, call: Call): Promise<StepResult> {
    const sealed = await sealState(settings, context, next, call)
    if (!sealed.ok) return sealed
    const { id } = sealed.state.claims
    const successor = await records.write(id, sealed.stored, sealed.expires, undefined, call)
    if (!successor.ok) return CHANGED
    // If this throws, the old record may have ended all the same: the successor must stay.
    const lost = await endOld(from, grace, call)
    if (!lost) return written(sealed, successor.record, call)
    // One that stays because of a store fault is in nobody's cookie, and expires.
    await records.delete(id, call).catch(() => undefined)
    return lost
  }

  /** Why the old id could not be ended: others have done so. With the default strategy it ends at once, as upstream. */
  async function endOld({ state, token }: Opened, grace: Seconds, call: Call): Promise<StepResult | undefined> {
    const { id, rolled } = state.claims
    const record = token as Stored
    const isKept = strategy === 'regenerate' && grace > 0
    const until = Math.min(call.now + grace, rolled + times.rolling)
    if (isKept && !(await records.mark(id, until, call))) return CHANGED
    const result = await (isKept ? records.keepUntil(until, id, record, call) : records.end(id, record, call))
    if (!result.ok) return result.why === 'gone' ? GONE : CHANGED
    if (result.unconfirmed) await context.report({ type: 'unconfirmed' }, id)
    return undefined
  }

  /** Renewal. What is stored under an id of the `regenerate` strategy never changes, so that one gets a new id. */
  function touch(from: Opened, next: State, call: Call): Promise<StepResult> {
    if (strategy === 'default') return write(from.token as Stored, next, call)
    const claims = { ...next.claims, id: randomBytes(settings.idLength) }
    return rotate(from, { ...next, claims }, times.discard, call)
  }

  async function destroy(from: Opened | undefined, call: Call): Promise<StepResult> {
    if (from) await records.delete(from.state.claims.id, call)
    else await deleteNamed(call)
    expireV3Cookies(call, context)
    return { ok: true }
  }

  /** Ends every session that the request's cookies name, also where a save has made another cookie of it meanwhile. */
  async function deleteNamed(call: Call): Promise<void> {
    await openOne(v3Candidates(call.jar, name, maxSize), async (value) => {
      const cookie = readV3Cookie(settings, value)
      if (cookie.ok) await records.delete(cookie.value.id, call)
      return refused('destroyed')
    })
  }

  return {
    open: (call: Call, judge: Judge): Promise<OpenResult> =>
      openOne(v3Candidates(call.jar, name, maxSize), async (value) => {
        const cookie = readV3Cookie(settings, value)
        if (!cookie.ok) return cookie
        const record = await records.read(cookie.value.id, call)
        if (!record) return refused('not-found')
        return openState(settings, times, cookie.value, records.dataOf(record), record, call, judge)
      }),

    async step(from: Opened | undefined, step: Step, call: Call): Promise<StepResult> {
      if (step.do === 'create') return write(undefined, step.next, call)
      if (step.do === 'destroy') return destroy(from, call)
      if (!from) return GONE
      if (step.do === 'rotate') return rotate(from, step.next, step.grace, call)
      return step.do === 'touch' ? touch(from, step.next, call) : write(from.token as Stored, step.next, call)
    },
  }
}

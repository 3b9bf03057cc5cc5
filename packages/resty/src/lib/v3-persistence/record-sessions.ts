import {
  type Bytes,
  type Call,
  type Opened,
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
import { type Known, keepsPrevious, openRecord } from './open-record.ts'
import type { V3Records } from './records.ts'
import { type SealedState, sealState } from './sealed-state.ts'

const CHANGED: StepResult = { ok: false, why: 'changed' }
const GONE: StepResult = { ok: false, why: 'gone' }

/**
 * The id and the hash in the cookie, the data in a store. Neither opens without the other, and every save changes both:
 * only the response of the save knows how the session opens from then on. Writes compare, so a request that others
 * have overtaken changes nothing, and nothing can be merged, for it cannot read what they wrote.
 *
 * With the default strategy the replaced record stays readable for `discard` seconds, or a request that arrives with
 * the cookie from before would begin a new session, whose cookie replaces the good one.
 */
export function v3RecordSessions(
  context: PersistenceContext,
  settings: V3Settings,
  records: V3Records,
): Pick<Persistence, 'open' | 'step'> {
  const { name, times } = context
  const { strategy, maxSize } = settings

  /** After a write that succeeded: the cookie that opens what was written. */
  const written = ({ state, chunks, expires }: SealedState, token: Known, call: Call): StepResult => {
    const jar = settableJar(call)
    if (jar) setV3Cookies(jar, context, maxSize, chunks, expires - call.now)
    return { ok: true, opened: { state, handedOff: false, reseal: false, token } }
  }

  /** Creates a session, or writes it again under the id that it has. */
  async function write({ record, shown }: Known, next: State, call: Call): Promise<StepResult> {
    const sealed = await sealState(settings, context, next, call)
    if (!sealed.ok) return sealed
    const { id } = sealed.state.claims
    if (record && shown && keepsPrevious(settings, context)) {
      const lost = await records.keepPrevious(id, shown, call.now + times.discard, record, call)
      if (lost) return lost === 'gone' ? GONE : CHANGED
    }
    const result = await records.write(id, sealed.stored, sealed.expires, record, call)
    // The browser gets its cookie with the response: until then, further saves of this request keep what it has now.
    if (result.ok) return written(sealed, { record: result.record, ...(shown && { shown }) }, call)
    return result.why === 'gone' ? GONE : CHANGED
  }

  async function rotate(from: State, record: Stored, next: State, grace: Seconds, call: Call): Promise<StepResult> {
    const sealed = await sealState(settings, context, next, call)
    if (!sealed.ok) return sealed
    const { id } = sealed.state.claims
    const successor = await records.write(id, sealed.stored, sealed.expires, undefined, call)
    if (!successor.ok) return CHANGED
    // If this throws, the old record may have ended all the same: the successor must stay.
    const lost = await endOld(from, record, id, grace, call)
    if (!lost) return written(sealed, { record: successor.record }, call)
    // One that stays because of a store fault is in nobody's cookie, and expires.
    await records.delete(id, call).catch(() => undefined)
    return lost
  }

  /** Why the old id could not be ended: others have done so. With the default strategy it ends at once, as upstream. */
  async function endOld(
    { claims: { id, rolled } }: State,
    record: Stored,
    successor: Bytes,
    grace: Seconds,
    call: Call,
  ): Promise<StepResult | undefined> {
    const isKept = strategy === 'regenerate' && grace > 0
    const until = Math.min(call.now + grace, rolled + times.rolling)
    if (!(await records.mark(id, successor, until, call))) return CHANGED
    // A mark that stays where nothing was rotated would keep the next request from it. It goes by itself, too.
    const unmark = () => records.unmark(id, call).catch(() => undefined)
    const ending = isKept ? records.keepUntil(until, id, record, call) : records.end(id, record, call)
    const result = await ending.catch(async (error: unknown) => {
      await unmark()
      throw error
    })
    if (!result.ok) {
      await unmark()
      return result.why === 'gone' ? GONE : CHANGED
    }
    await records.dropPrevious(id, call)
    if (result.unconfirmed) await context.report({ type: 'unconfirmed' }, id)
    return undefined
  }

  async function destroy(from: Opened | undefined, call: Call): Promise<StepResult> {
    if (from) await records.deleteLineage(from.state.claims.id, call)
    else await deleteNamed(call)
    expireV3Cookies(call, context, maxSize)
    return { ok: true }
  }

  /** Ends every session that the request's cookies name, also where a save has made another cookie of it meanwhile. */
  async function deleteNamed(call: Call): Promise<void> {
    await openOne(v3Candidates(call.jar, name, maxSize), async (value) => {
      const cookie = readV3Cookie(settings, value)
      if (cookie.ok) await records.deleteLineage(cookie.value.id, call)
      return refused('destroyed')
    })
  }

  return {
    open: (call, judge) => openRecord(context, settings, records, call, judge),

    async step(from: Opened | undefined, step: Step, call: Call): Promise<StepResult> {
      if (step.do === 'create') return write({}, step.next, call)
      if (step.do === 'destroy') return destroy(from, call)
      if (!from) return GONE
      const known = from.token as Known
      if (!known.record) return CHANGED
      if (step.do === 'rotate') return rotate(from.state, known.record, step.next, step.grace, call)
      // What is stored under an id of the `regenerate` strategy never changes, so that renewal needs a new one.
      return step.do === 'touch' && strategy === 'regenerate'
        ? rotate(from.state, known.record, withId(randomBytes(settings.idLength), step.next), times.discard, call)
        : write(known, step.next, call)
    },
  }
}

const withId = (id: Bytes, { claims, data }: State): State => ({ claims: { ...claims, id }, data })

import type { Call, Judge, Opened, OpenResult, Persistence, Step, StepResult } from '../contracts/persistence.ts'
import type { Claims, Refusal, State } from '../contracts/state.ts'
import type { Bytes, Revision, SessionStore } from '../contracts/store.ts'
import { isChunkOf } from '../cookies/chunks.ts'
import { decodeState, encodeDead, encodeMoved, encodeState } from '../envelope/payload.ts'
import { remaining, storeUntil } from '../settings/times.ts'
import { Endings, TOMBSTONE_SECONDS } from './endings.ts'
import type { NativeContext } from './native-context.ts'
import { recordSubjects } from './record-subjects.ts'
import { type Located, Records } from './records.ts'
import { expireCookies, openCookies, setCookies, settableJar } from './session-cookies.ts'

const NO_DATA: Bytes = new Uint8Array(0)

interface Token {
  readonly revision: Revision
  /** The browser's cookie is not the one this session now needs: handed off, or sealed under an older secret. */
  readonly cookieDue: boolean
}

/**
 * The session in a store, its id in the cookie. A record is live, moved (it leads to its successor for a while) or
 * dead; every write names the revision it read, so nothing that was acknowledged is lost or revived.
 */
export function recordPersistence(context: NativeContext, store: SessionStore): Persistence {
  const { times, sealer, report } = context
  const records = new Records(store, sealer, report)
  const endings = new Endings(records)
  const { lock } = records
  const tokenOf = (from: Opened): Token => from.token as Token

  const openedFrom = (located: Located & { ok: true }, cookieDue: boolean, handedOff: boolean): Opened => {
    const token: Token = { revision: located.revision, cookieDue: cookieDue || handedOff }
    return { state: located.state, handedOff, reseal: cookieDue || located.reseal, token }
  }

  /** After a write that succeeded: the cookie where it is due and can be set, and what to compare the next write with. */
  const written = async (state: State, revision: Revision, cookieDue: boolean, call: Call): Promise<StepResult> => {
    const jar = cookieDue ? settableJar(call) : undefined
    if (jar) {
      const payload = encodeState({ claims: { ...state.claims, subject: '' }, data: NO_DATA })
      const value = await (await sealer()).sealText('session-id', payload)
      setCookies(jar, context, value, state.claims, call.now)
    }
    const token: Token = { revision, cookieDue: cookieDue && !jar }
    return { ok: true, opened: { state, handedOff: false, reseal: false, token } }
  }

  /** What is there instead, after a write of `id` that met another one. */
  const reload = async (from: Opened | undefined, id: Bytes, call: Call): Promise<StepResult> => {
    const located = await records.locate(id, call)
    if (!located.ok) return { ok: false, why: 'gone' }
    // A session that was to be created is there: adopted by another request, whose cookie this one lacks.
    const { cookieDue, handedOff } = from ? { ...from, ...tokenOf(from) } : { cookieDue: true, handedOff: true }
    return { ok: false, why: 'changed', theirs: openedFrom(located, cookieDue, handedOff || located.hops > 0) }
  }

  const until = (claims: Claims, { now }: Call): number => storeUntil(claims, times, now)

  /** Listed before it exists: a revocation that runs now either sees the entry or makes the write fail. */
  const enlist = (claims: Claims, call: Call): Promise<void> => {
    const forgetAt = call.now + remaining(claims, times, call.now) + TOMBSTONE_SECONDS
    return records.enlist(claims.subject, claims.id, forgetAt, call)
  }

  async function create(next: State, call: Call): Promise<StepResult> {
    const { claims } = next
    await enlist(claims, call)
    const result = await records.write(claims.id, encodeState(next), until(claims, call), 'absent', call)
    return result.ok ? written(next, result.revision, true, call) : reload(undefined, claims.id, call)
  }

  async function save(from: Opened, next: State, call: Call): Promise<StepResult> {
    const { revision, cookieDue } = tokenOf(from)
    const { claims } = next
    // What an older secret sealed is listed under that secret, which will be dropped one day.
    if (from.reseal) await enlist(claims, call)
    const result = await records.write(claims.id, encodeState(next), until(claims, call), revision, call)
    if (result.ok) return written(next, result.revision, cookieDue, call)
    return result.why === 'gone' ? { ok: false, why: 'gone' } : reload(from, claims.id, call)
  }

  async function rotate(from: Opened, next: State, grace: number, call: Call): Promise<StepResult> {
    const old = from.state.claims
    await enlist(next.claims, call)
    const successor = await records.turn(next.claims.id, encodeState(next), until(next.claims, call), 'absent', call)
    if (!successor.ok) return { ok: false, why: 'gone' }
    const pointer =
      grace > 0
        ? encodeMoved({ successor: next.claims.id, until: call.now + grace })
        : encodeDead({ until: call.now + TOMBSTONE_SECONDS })
    // If this throws, the write may have happened all the same: the successor must stay.
    const forgetAt = call.now + grace + TOMBSTONE_SECONDS
    const result = await records.turn(old.id, pointer, forgetAt, tokenOf(from).revision, call)
    if (result.ok) {
      await records.delist(old.subject, old.id, call).catch(() => undefined)
      return written(next, successor.revision, true, call)
    }
    await discard(next.claims, call)
    return result.why === 'gone' ? { ok: false, why: 'gone' } : reload(from, old.id, call)
  }

  /** Removes a successor that lost its race. One left behind by a store fault is unreachable and expires. */
  async function discard(claims: Claims, call: Call): Promise<void> {
    await records.delete(claims.id, call).catch(() => undefined)
    await records.delist(claims.subject, claims.id, call).catch(() => undefined)
  }

  async function destroy(from: Opened | undefined, call: Call): Promise<StepResult> {
    if (from) {
      const { id, subject } = from.state.claims
      await endings.end(id, tokenOf(from).revision, call)
      await records.delist(subject, id, call).catch(() => undefined)
    } else await endRefused(call)
    expireCookies(call, context)
    return { ok: true }
  }

  /** Ends every session that the request's cookies name: also those that are ambiguous, bound elsewhere, outdated. */
  async function endRefused(call: Call): Promise<void> {
    await openCookies(call.jar, context, async (value) => {
      const cookie = await idOf(value, call)
      if (typeof cookie === 'object') await endings.end(cookie.id, undefined, call)
      return { ok: false, refusal: 'destroyed' }
    })
  }

  /** The id that a cookie carries, or why it carries none. */
  async function idOf(
    value: string,
    { now }: Call,
  ): Promise<Refusal | { readonly id: Bytes; readonly reseal: boolean }> {
    const unsealed = await (await sealer()).openText('session-id', value)
    if (!unsealed.ok) return unsealed.refusal
    const cookie = decodeState(unsealed.payload, now)
    return cookie ? { id: cookie.claims.id, reseal: unsealed.reseal } : 'malformed'
  }

  return {
    name: 'record',
    traits: {
      merges: store.atomic,
      revokes: true,
      overwrites: !store.atomic,
      setsCookieOn: new Set(['create', 'rotate', 'destroy']),
    },
    ...(lock && { lock }),
    ...(store.index && { subjects: recordSubjects(records, endings) }),
    owns: (cookieName) => isChunkOf(context.name, cookieName),

    open: (call: Call, judge: Judge): Promise<OpenResult> =>
      openCookies(call.jar, context, async (value) => {
        const cookie = await idOf(value, call)
        if (typeof cookie === 'string') return { ok: false, refusal: cookie }
        const located = await records.locate(cookie.id, call)
        if (!located.ok) return located
        const refusal = judge(located.state)
        return refusal
          ? { ok: false, refusal }
          : { ok: true, opened: openedFrom(located, cookie.reseal, located.hops > 0) }
      }),

    async step(from: Opened | undefined, step: Step, call: Call): Promise<StepResult> {
      if (step.do === 'create') return create(step.next, call)
      if (step.do === 'destroy') return destroy(from, call)
      if (!from) return { ok: false, why: 'gone' }
      if (step.do === 'rotate') return rotate(from, step.next, step.grace, call)
      return save(from, step.next, call)
    },

    clear: (call) => expireCookies(call, context),

    async locate(id: Bytes, call: Call): Promise<OpenResult> {
      const located = await records.locate(id, call)
      return located.ok ? { ok: true, opened: openedFrom(located, true, true) } : located
    },
  }
}

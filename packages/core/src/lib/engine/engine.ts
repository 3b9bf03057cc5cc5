import { platform } from '#crypto'
import type { SessionEvent } from '../contracts/event.ts'
import type { Call, Opened, Persistence, Step, StepResult } from '../contracts/persistence.ts'
import type { State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import { isWritable } from '../cookies/jar.ts'
import type { MaybePromise } from '../crypto/types.ts'
import {
  SessionConflictError,
  SessionGoneError,
  SessionLockLostError,
  SessionLockTimeoutError,
  SessionReadOnlyError,
  SessionUnsupportedError,
} from '../errors.ts'
import type { Settings } from '../settings/settings.ts'
import { expiry, isStale, renewalDue, touchDue, used } from '../settings/times.ts'
import type { DataFormat, PlainObject } from './data.ts'
import { boundFacts } from './facts.ts'
import type { LockSession } from './lock-session.ts'
import type { Merging } from './merging.ts'
import { type Intent, planStep } from './plan.ts'
import { sameBytes } from './same-bytes.ts'
import type { Shape } from './shape.ts'
import { tooLarge } from './size-report.ts'
import type { Loaded, Snapshot } from './snapshot.ts'

export interface EngineParts {
  readonly settings: Settings
  readonly shape: Shape
  readonly persistence: Persistence
  /** For a persistence with other writers. */
  readonly merging: Merging | undefined
  /** For a persistence with a lock. */
  readonly lockSession: LockSession | undefined
  readonly fingerprint: (id: Bytes) => MaybePromise<() => string>
  /** Reports an event; the id's keyed hash is computed only when somebody listens. */
  readonly emit: (event: SessionEvent, fingerprint?: () => string) => void
}

/** The policy between a handle and a persistence: when to write, what to write, what to do when others wrote too. */
export class Engine {
  readonly #parts: EngineParts

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  async open(call: Call): Promise<Loaded> {
    const { persistence, settings, shape, emit } = this.#parts
    const bound = await boundFacts(settings.bind, call.facts)
    const result = await persistence.open(call, ({ claims }) => {
      const ended = expiry(claims, settings.times, call.now)
      if (ended || settings.bind.length === 0) return ended
      return sameBytes(claims.bound, bound) ? undefined : 'bound-elsewhere'
    })
    if (!result.ok) {
      if (result.refusal !== 'missing') emit({ type: 'refused', reason: result.refusal })
      return this.fresh(result.refusal)
    }
    const { opened } = result
    const shaped = await shape.load(opened.state)
    if (typeof shaped === 'string') {
      emit({ type: 'refused', reason: shaped })
      return this.fresh(shaped)
    }
    const fingerprint = await this.#parts.fingerprint(opened.state.claims.id)
    return { snapshot: { opened, refusal: undefined, baseline: shaped.bytes, fingerprint }, data: shaped.data }
  }

  /** A session that was never written. */
  async fresh(refusal?: Snapshot['refusal']): Promise<Loaded> {
    const { data, bytes } = await this.#parts.shape.empty()
    return { snapshot: { opened: undefined, refusal, baseline: bytes, fingerprint: () => '' }, data }
  }

  isDirty({ baseline }: Pick<Snapshot, 'baseline'>, bytes: Bytes): boolean {
    return !sameBytes(bytes, baseline)
  }

  /** Whether the session lives on its remember deadlines. */
  isRemembered({ claims }: State, { now }: Call): boolean {
    return claims.remember && isStale(claims, this.#parts.settings.times, now)
  }

  /** Whether this use of the session should be written down (and the browser given the cookie it lacks). */
  touchDue({ opened }: Snapshot, { now }: Call): boolean {
    if (opened?.unissued) return true
    if (!opened || this.#parts.persistence.traits.overwrites) return false
    return opened.handedOff || opened.reseal || touchDue(opened.state.claims, this.#parts.settings.times, now)
  }

  /**
   * Writes data, given as the bytes it serializes to, as `intent` asks. The result's `baseline` differs from them where
   * others' changes were merged in or `change` ran. Does nothing, and returns `undefined`, when there is nothing to
   * write.
   */
  write(snapshot: Snapshot, data: Bytes, intent: Intent, call: Call): Promise<Snapshot | undefined> {
    const { merging } = this.#parts
    const task = () => this.#write(snapshot, data, intent, call)
    return merging && snapshot.opened
      ? merging.inTurn(platform.toBase64url(snapshot.opened.state.claims.id), task)
      : task()
  }

  async #write(snapshot: Snapshot, data: Bytes, intent: Intent, call: Call): Promise<Snapshot | undefined> {
    const { persistence, settings, shape, merging, emit } = this.#parts
    if (intent.change && persistence.traits.overwrites) throw unsupported('update')
    if (intent.signIn && persistence.traits.signsIn === false) throw withoutSubject(persistence.name)
    let { opened: from, baseline } = snapshot
    let mine = intent.signIn && isOtherSubject(from, intent.signIn.subject) ? (await shape.empty()).bytes : data
    for (let tries = 1; ; tries++) {
      const next = intent.change ? shape.encode(changed(shape.format, mine, intent.change)) : mine
      const isDirty = !sameBytes(next, baseline)
      const bound = await boundFacts(settings.bind, call.facts)
      const step = planStep(settings, { from, data: next, isDirty, bound, now: call.now }, intent)
      if (!step) return from === snapshot.opened && next === data ? undefined : this.#adopt(from, next, snapshot)
      if (snapshot.refusal === 'destroyed' && !intent.signIn) throw gone()
      if (isDirty) await shape.check(next)
      if (!this.#canSetCookie(from, step, call)) return undefined
      const result = await this.#stepLocked(snapshot.hold, from, step, call)
      if (result.ok) {
        const written = await this.#adopt(result.opened, next, snapshot)
        emit({ type: from ? (step.do === 'rotate' ? 'rotated' : 'saved') : 'created' }, written.fingerprint)
        if (intent.signIn) emit({ type: 'signed-in' }, written.fingerprint)
        return written
      }
      if (result.why === 'too-large') throw tooLarge(shape.format.parse(next), shape.format, result.size, result.limit)
      if (result.why === 'changed' && settings.lock) throw lockLost()
      if (result.why === 'gone') throw gone()
      const { theirs: other } = result
      if (!merging || !other) throw conflict()
      const theirs = await shape.load(other.state)
      if (typeof theirs !== 'object') throw gone()
      const { format } = shape
      const sides = { base: format.parse(baseline), mine: format.parse(mine), theirs: theirs.data }
      const report = (event: SessionEvent): void => emit(event, snapshot.fingerprint)
      mine = shape.encode(await merging.resolve(sides, settings.onConflict, format, tries, report))
      from = other
      baseline = theirs.bytes
    }
  }

  /** A session that gets another id takes its lock along: whoever waits for the old one finds the new one locked. */
  async #stepLocked(hold: Snapshot['hold'], from: Snapshot['opened'], step: Step, call: Call): Promise<StepResult> {
    const { persistence } = this.#parts
    if (!hold || !from || step.do !== 'rotate') return persistence.step(from, step, call)
    const { id } = step.next.claims
    let kept = from.state.claims.id
    try {
      await hold.extendTo(id)
      const result = await persistence.step(from, step, call)
      if (result.ok) kept = id
      return result
    } finally {
      await hold.reduceTo(kept)
    }
  }

  /** Waits until this request may have the session to itself. A session that was never written needs no lock. */
  async lock({ snapshot, data }: Loaded, call: () => Call, touch: boolean): Promise<Loaded> {
    const { lockSession, persistence, settings, shape } = this.#parts
    if (!lockSession || !snapshot.opened) return { snapshot, data }
    const locked = await lockSession(persistence, settings, snapshot.opened, call, touch)
    if (locked === 'gone') return this.fresh('destroyed')
    const { hold, opened } = locked
    try {
      const shaped = await shape.load(opened.state)
      if (typeof shaped === 'object')
        return { data: shaped.data, snapshot: { ...(await this.#adopt(opened, shaped.bytes, snapshot)), hold } }
      await hold.release()
      return this.fresh(shaped)
    } catch (error) {
      await hold.release()
      throw error
    }
  }

  /** Writes down that the session was used. Losing to another write is fine: that write recorded a use as well. */
  async touch(snapshot: Snapshot, call: Call): Promise<Snapshot> {
    const { opened } = snapshot
    if (!opened) return snapshot
    const { settings, persistence, emit } = this.#parts
    if (persistence.traits.overwrites && !opened.unissued) throw unsupported('touch')
    if (settings.lock && !snapshot.hold) return this.#touchUnlessHeld(snapshot, opened, call)
    const { claims, data } = opened.state
    const renew = renewalDue(claims, settings.times, call.now)
    const step: Step = { do: 'touch', next: { claims: used(claims, settings.times, call.now, renew), data } }
    if (!this.#canSetCookie(opened, step, call)) return snapshot
    const result = await persistence.step(opened, step, call)
    if (!result.ok && result.why === 'gone') throw gone()
    if (!result.ok) return snapshot
    emit({ type: renew ? 'renewed' : 'touched' }, snapshot.fingerprint)
    return this.#adopt(result.opened ?? opened, snapshot.baseline, snapshot)
  }

  /** A touch without the lock would make its holder's write fail. While somebody holds it, the session is in use anyway. */
  async #touchUnlessHeld(snapshot: Snapshot, opened: Opened, call: Call): Promise<Snapshot> {
    const { lockSession, persistence, settings } = this.#parts
    if (!lockSession || !settings.lock) return snapshot
    const atOnce = { ...settings, lock: { ...settings.lock, wait: 0 } }
    const locked = await lockSession(persistence, atOnce, opened, () => call, true).catch((error: unknown) => {
      if (error instanceof SessionLockTimeoutError) return undefined
      throw error
    })
    if (locked === 'gone') throw gone()
    await locked?.hold.release()
    // Of what others saved meanwhile this handle knows nothing: its own save has to find out.
    return locked && sameBytes(locked.opened.state.data, opened.state.data)
      ? this.#adopt(locked.opened, snapshot.baseline, snapshot)
      : snapshot
  }

  async destroy(snapshot: Snapshot, call: Call): Promise<Loaded> {
    const { persistence, emit } = this.#parts
    const step: Step = { do: 'destroy' }
    this.#canSetCookie(snapshot.opened, step, call)
    await persistence.step(snapshot.opened, step, call)
    if (snapshot.opened) {
      emit({ type: 'destroyed' }, snapshot.fingerprint)
      if (!persistence.traits.revokes) emit({ type: 'not-revocable' }, snapshot.fingerprint)
    }
    return this.fresh()
  }

  async #adopt(opened: Snapshot['opened'], baseline: Bytes, before: Snapshot): Promise<Snapshot> {
    const id = opened?.state.claims.id
    const isSame = !id || id === before.opened?.state.claims.id
    const fingerprint = isSame ? before.fingerprint : await this.#parts.fingerprint(id)
    return { opened, refusal: opened ? undefined : before.refusal, baseline, fingerprint, hold: before.hold }
  }

  /**
   * Whether the cookie that a step sets can be set. Asked before the step, because a store that was written without it
   * has locked the browser out. `false`: it would not arrive over this connection, so the step had better not happen.
   * @throws SessionReadOnlyError, SessionClosedError
   */
  #canSetCookie(from: Snapshot['opened'], step: Step, { jar, isInsecure }: Call): boolean {
    if (!from?.unissued && !this.#parts.persistence.traits.setsCookieOn.has(step.do)) return true
    if (!isWritable(jar)) {
      throw new SessionReadOnlyError(
        `Cookies cannot be set here, and \`${step.do}\` must set one. Write from a route handler or an action.`,
      )
    }
    jar.assertSettable?.()
    if (isInsecure) this.#parts.emit({ type: 'insecure-transport' })
    return !isInsecure
  }
}

function changed(format: DataFormat, bytes: Bytes, change: (data: PlainObject) => void): PlainObject {
  const data = format.parse(bytes)
  const result: unknown = change(data)
  if (result instanceof Promise)
    throw new TypeError('The function given to session.update() must be synchronous: it may run several times.')
  return data
}

/** Whether somebody else is signed in, whose data is nothing to whoever signs in now. */
const isOtherSubject = (from: Snapshot['opened'], subject: string): boolean =>
  from !== undefined && from.state.claims.subject !== '' && from.state.claims.subject !== subject

const unsupported = (verb: string): SessionUnsupportedError =>
  new SessionUnsupportedError(
    `\`${verb}\` needs a store that compares before it writes: with this one it could undo what another request saved.`,
  )

const withoutSubject = (format: string): SessionUnsupportedError =>
  new SessionUnsupportedError(
    `A ${format} session has no place for who is signed in. Keep the user in session.data and call regenerate().`,
  )

const conflict = (): SessionConflictError =>
  new SessionConflictError('Another request wrote this session at the same time. Nothing was saved: try again.', [])

const lockLost = (): SessionLockLostError =>
  new SessionLockLostError('Another request wrote this session while this one did not hold its lock.')

const gone = (): SessionGoneError =>
  new SessionGoneError('The session was destroyed, or replaced by a sign-in, while this request held it.')

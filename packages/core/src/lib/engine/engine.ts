import { platform } from '#crypto'
import type { SessionEvent } from '../contracts/event.ts'
import type { Call, Persistence, Step } from '../contracts/persistence.ts'
import type { State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import { isWritable } from '../cookies/jar.ts'
import type { MaybePromise } from '../crypto/types.ts'
import {
  SessionConfigError,
  SessionConflictError,
  SessionGoneError,
  SessionLockLostError,
  SessionReadOnlyError,
  SessionUnsupportedError,
} from '../errors.ts'
import type { Settings } from '../settings/settings.ts'
import { expiry, isStale, renewalDue, touchDue, used } from '../settings/times.ts'
import type { DataFormat, PlainObject } from './data.ts'
import { boundFacts } from './facts.ts'
import type { Locks } from './locks.ts'
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
  readonly locks: Locks | undefined
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
    const { persistence, settings, shape, merging, locks, emit } = this.#parts
    if (intent.change && persistence.traits.overwrites) throw unsupported('update')
    if (intent.signIn && persistence.traits.signsIn === false) throw withoutSubject(persistence.name)
    let { opened: from, baseline } = snapshot
    let mine = intent.signIn && isOtherSubject(from, intent.signIn.subject) ? (await shape.empty()).bytes : data
    for (let tries = 1; ; tries++) {
      const next = intent.change ? shape.encode(changed(shape.format, mine, intent.change)) : mine
      const isDirty = !sameBytes(next, baseline)
      const bound = await boundFacts(settings.bind, call.facts)
      const step = planStep(settings, { from, data: next, isDirty, bound, now: call.now }, intent)
      if (!step) return from === snapshot.opened && next === data ? undefined : this.adopt(from, next, snapshot)
      if (snapshot.refusal === 'destroyed' && !intent.signIn) throw gone()
      if (isDirty) await shape.check(next)
      if (!this.#canSetCookie(from, step, call)) return undefined
      const { hold } = snapshot
      const result =
        locks && hold && from && step.do === 'rotate'
          ? await locks.rotate(hold, persistence, from, step, call)
          : await persistence.step(from, step, call)
      if (result.ok) {
        const written = await this.adopt(result.opened, next, snapshot)
        emit({ type: from ? (step.do === 'rotate' ? 'rotated' : 'saved') : 'created' }, written.fingerprint)
        if (intent.signIn) emit({ type: 'signed-in' }, written.fingerprint)
        return written
      }
      if (result.why === 'too-large') throw tooLarge(shape.format.parse(next), shape.format, result.size, result.limit)
      if (result.why === 'changed' && settings.lock) throw lockLost()
      if (result.why === 'gone') throw gone()
      const { theirs: other } = result
      if (!merging || !other) throw conflict()
      // Merging would lead into the session of somebody else.
      if (!from) throw new SessionConfigError('`identifier` gave the id of another session. Nothing was saved.')
      const theirs = await shape.load(other.state)
      if (typeof theirs !== 'object') throw gone()
      // Of what another subject saved meanwhile nothing is merged in.
      const isTheirsAlone = intent.signIn !== undefined && isOtherSubject(other, intent.signIn.subject)
      const base = isTheirsAlone ? theirs.data : shape.format.parse(baseline)
      const sides = { base, mine: shape.format.parse(mine), theirs: theirs.data }
      const report = (event: SessionEvent): void => emit(event, snapshot.fingerprint)
      mine = shape.encode(await merging.resolve(sides, settings.onConflict, shape.format, tries, report))
      from = other
      baseline = theirs.bytes
    }
  }

  /** Waits until this request may have the session to itself, where sessions have locks. */
  async lock(loaded: Loaded, call: () => Call, touch: boolean): Promise<Loaded> {
    const { opened } = loaded.snapshot
    // The lock needs a record, and a record without its cookie is of no use to the browser.
    if (opened?.unissued && !this.#canSetCookie(opened, { do: 'touch', next: opened.state }, call())) return loaded
    return this.#parts.locks?.take(this, this.#parts, loaded, call, touch) ?? loaded
  }

  /** Writes down that the session was used. Losing to another write is fine: that write recorded a use as well. */
  async touch(snapshot: Snapshot, call: Call): Promise<Snapshot> {
    const { opened } = snapshot
    if (!opened) return snapshot
    const { settings, persistence, locks, emit } = this.#parts
    if (persistence.traits.overwrites && !opened.unissued) throw unsupported('touch')
    const { claims, data } = opened.state
    const renew = renewalDue(claims, settings.times, call.now)
    const step: Step = { do: 'touch', next: { claims: used(claims, settings.times, call.now, renew), data } }
    if (!this.#canSetCookie(opened, step, call)) return snapshot
    if (locks && settings.lock && !snapshot.hold) {
      const touched = await locks.touchUnlessHeld(this, this.#parts, snapshot, opened, call)
      if (touched === 'gone') throw gone()
      return touched
    }
    const result = await persistence.step(opened, step, call)
    if (!result.ok && result.why === 'gone') throw gone()
    if (!result.ok) return snapshot
    emit({ type: renew ? 'renewed' : 'touched' }, snapshot.fingerprint)
    return this.adopt(result.opened ?? opened, snapshot.baseline, snapshot)
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

  /** The snapshot after a step: what stands now, and under which id it shows. */
  async adopt(opened: Snapshot['opened'], baseline: Bytes, before: Snapshot): Promise<Snapshot> {
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

import { platform } from '#crypto'
import type { SessionEvent } from '../contracts/event.ts'
import type { OnConflict, RotationFacts } from '../contracts/options.ts'
import type { Call, Opened, Persistence, Step } from '../contracts/persistence.ts'
import type { Claims, State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import type { MaybePromise } from '../crypto/types.ts'
import { SessionConflictError, SessionGoneError, SessionReadOnlyError } from '../errors.ts'
import { isWritable } from '../persistence/session-cookies.ts'
import { cloneData, decodeData, type PlainObject } from './data.ts'
import { boundFacts } from './facts.ts'
import type { Merged } from './merge.ts'
import type { Settings } from './settings.ts'
import type { Shape } from './shape.ts'
import { tooLarge } from './size-report.ts'
import type { Loaded, Snapshot } from './snapshot.ts'
import { expiry, isStale, renewalDue, touchDue, used } from './times.ts'
import { Turns } from './turns.ts'

/** Writes of others that a save may meet before it gives up. */
const MOST_TRIES = 8

export interface EngineParts {
  readonly settings: Settings
  readonly shape: Shape
  readonly persistence: Persistence
  readonly fingerprint: (id: Bytes) => MaybePromise<() => string>
  /** Reports an event; the id's keyed hash is computed only when somebody listens. */
  readonly emit: (event: SessionEvent, fingerprint?: () => string) => void
  /** Three-way merge; a persistence without concurrent writers needs none. */
  readonly merge:
    | ((base: PlainObject, mine: PlainObject, theirs: PlainObject, policy: OnConflict) => Merged)
    | undefined
}

/** What a verb asks for, beyond writing the handle's unsaved data. */
export interface Intent {
  readonly verb: RotationFacts['verb']
  /** Changes a copy of the newest data; runs again when another write came in between. */
  readonly change?: (data: PlainObject) => void
  readonly signIn?: { readonly subject: string; readonly remember: boolean }
}

/** The policy between a handle and a persistence: when to write, what to write, what to do when others wrote too. */
export class Engine {
  readonly #parts: EngineParts
  readonly #turns = new Turns()

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  async open(call: Call): Promise<Loaded> {
    const { persistence, settings, shape, emit } = this.#parts
    const bound = await boundFacts(settings.bind, call.facts)
    const result = await persistence.open(call, ({ claims }) => {
      const ended = expiry(claims, settings.times, call.now)
      if (ended) return ended
      if (settings.bind.length === 0) return undefined
      return claims.bound.length === bound.length && platform.equal(claims.bound, bound) ? undefined : 'bound-elsewhere'
    })
    const loaded = result.ok ? await shape.load(result.opened.state) : result.refusal
    if (result.ok && typeof loaded === 'object') {
      const fingerprint = await this.#parts.fingerprint(result.opened.state.claims.id)
      return {
        snapshot: { opened: result.opened, refusal: undefined, baseline: loaded.bytes, fingerprint },
        data: loaded.data,
      }
    }
    const refusal = typeof loaded === 'object' ? undefined : loaded
    if (refusal && refusal !== 'missing') emit({ type: 'refused', reason: refusal })
    return this.fresh(refusal)
  }

  /** A session that was never written. */
  async fresh(refusal?: Snapshot['refusal']): Promise<Loaded> {
    const { data, bytes } = await this.#parts.shape.empty()
    return { snapshot: { opened: undefined, refusal, baseline: bytes, fingerprint: () => '' }, data }
  }

  isDirty(snapshot: Snapshot, bytes: Bytes): boolean {
    const { baseline } = snapshot
    return bytes.length !== baseline.length || !platform.equal(bytes, baseline)
  }

  /** Whether this use of the session should be written down (and the browser given the cookie it lacks). */
  touchDue({ opened }: Snapshot, call: Call): boolean {
    if (!opened) return false
    return opened.handedOff || opened.reseal || touchDue(opened.state.claims, this.#parts.settings.times, call.now)
  }

  /**
   * Writes the handle's data as `intent` asks. The result's `data` differs from `data` where others' changes were
   * merged in or `change` ran. Does nothing, and returns `undefined`, when there is nothing to write.
   */
  async write(snapshot: Snapshot, data: PlainObject, intent: Intent, call: Call): Promise<Loaded | undefined> {
    if (snapshot.refusal === 'destroyed' && !intent.signIn) throw gone()
    const { opened } = snapshot
    if (!opened || !this.#parts.persistence.traits.merges) return this.#write(snapshot, data, intent, call)
    return this.#turns.take(platform.toBase64url(opened.state.claims.id), () =>
      this.#write(snapshot, data, intent, call),
    )
  }

  /** Whether {@link Engine.write} may answer with other data than it was given. */
  mayReplaceData(intent: Intent): boolean {
    return intent.change !== undefined || this.#parts.persistence.traits.merges
  }

  /** The data after a write, with what the app changed in its live object while the write was under way. */
  rebase(before: PlainObject, live: PlainObject, written: PlainObject): PlainObject {
    return this.#parts.merge?.(before, live, written, 'mine').data ?? written
  }

  async #write(snapshot: Snapshot, data: PlainObject, intent: Intent, call: Call): Promise<Loaded | undefined> {
    const { persistence, shape } = this.#parts
    let { opened: from, baseline } = snapshot
    let mine = data
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const next = intent.change ? changed(mine, intent.change) : mine
      const bytes = await shape.encode(next)
      const isDirty = this.isDirty({ ...snapshot, baseline }, bytes)
      const step = await this.#plan(from, bytes, isDirty, intent, call)
      if (!step) return tries === 0 && !intent.change ? undefined : this.#adopt(from, next, bytes, snapshot)
      this.#assertWritable(step, call)
      const result = await persistence.step(from, step, call)
      if (result.ok) {
        const loaded = await this.#adopt(result.opened, next, bytes, snapshot)
        this.#report(step, intent, from, loaded.snapshot)
        return loaded
      }
      if (result.why === 'too-large') throw tooLarge(next, result.size, result.limit)
      if (result.why === 'gone') throw gone()
      const theirs = await shape.load(result.theirs.state)
      if (typeof theirs !== 'object') throw gone()
      mine = this.#merge(baseline, mine, theirs.data, snapshot)
      from = result.theirs
      baseline = theirs.bytes
      if (tries > 0) await jitter()
    }
    this.#parts.emit({ type: 'conflict', resolved: false }, snapshot.fingerprint)
    throw new SessionConflictError(`Other requests changed the session ${MOST_TRIES} times in between.`, [])
  }

  /** Writes down that the session was used. Losing to another write is fine: that write recorded a use as well. */
  async touch(snapshot: Snapshot, call: Call): Promise<Snapshot> {
    const { opened } = snapshot
    if (!opened) return snapshot
    const { settings, persistence, emit } = this.#parts
    const { claims, data } = opened.state
    const renew = renewalDue(claims, settings.times, call.now)
    const step: Step = { do: 'touch', next: { claims: used(claims, settings.times, call.now, renew), data } }
    this.#assertWritable(step, call)
    const result = await persistence.step(opened, step, call)
    if (result.ok) {
      emit({ type: renew ? 'renewed' : 'touched' }, snapshot.fingerprint)
      return { ...snapshot, opened: result.opened ?? opened }
    }
    if (result.why === 'gone') throw gone()
    return snapshot
  }

  async destroy(snapshot: Snapshot, call: Call): Promise<Loaded> {
    const { persistence, emit } = this.#parts
    if (!isWritable(call.jar)) throw readOnly('destroy')
    if (snapshot.opened) {
      await persistence.step(snapshot.opened, { do: 'destroy' }, call)
      emit({ type: 'destroyed' }, snapshot.fingerprint)
      if (!persistence.traits.revokes) emit({ type: 'not-revocable' }, snapshot.fingerprint)
    } else persistence.forget(call)
    return this.fresh()
  }

  /** What to do to get from what is stored to what the intent wants; `undefined` = nothing. */
  async #plan(
    from: Opened | undefined,
    data: Bytes,
    isDirty: boolean,
    intent: Intent,
    call: Call,
  ): Promise<Step | undefined> {
    const { settings } = this.#parts
    const { verb, signIn } = intent
    if (!from) {
      if (!isDirty && verb === 'save' && !signIn) return undefined
      return { do: 'create', next: { claims: await this.#newClaims(call, signIn), data } }
    }
    const claims = from.state.claims
    if (signIn) return { do: 'rotate', grace: 0, next: { claims: await this.#newClaims(call, signIn), data } }
    if (!isDirty && verb === 'save') return undefined
    const facts: RotationFacts = {
      verb,
      age: call.now - claims.rolled,
      signIn: false,
      handedOff: from.handedOff,
    }
    const rotates = settings.strategy(facts) === 'rotate'
    const next: State = { claims: await this.#renewedClaims(claims, call, rotates), data }
    if (rotates) return { do: 'rotate', grace: settings.times.discard, next }
    return { do: 'save', next }
  }

  async #newClaims(call: Call, signIn: Intent['signIn']): Promise<Claims> {
    const { settings } = this.#parts
    return {
      id: platform.randomBytes(settings.idLength),
      began: call.now,
      rolled: call.now,
      touched: call.now,
      remember: signIn?.remember ?? false,
      stale: false,
      subject: signIn?.subject ?? '',
      bound: await boundFacts(settings.bind, call.facts),
      dataVersion: settings.dataVersion,
    }
  }

  async #renewedClaims(claims: Claims, call: Call, rotates: boolean): Promise<Claims> {
    const { settings } = this.#parts
    return {
      ...used(claims, settings.times, call.now, true),
      ...(rotates && { id: platform.randomBytes(settings.idLength) }),
      bound: await boundFacts(settings.bind, call.facts),
      dataVersion: settings.dataVersion,
    }
  }

  #merge(baseline: Bytes, mine: PlainObject, theirs: PlainObject, snapshot: Snapshot): PlainObject {
    const { merge, settings, emit } = this.#parts
    const merged = merge?.(decodeData(baseline) ?? {}, mine, theirs, settings.onConflict)
    const conflicts = merged?.conflicts ?? ['']
    emit({ type: 'conflict', resolved: conflicts.length === 0 }, snapshot.fingerprint)
    if (!merged || conflicts.length > 0) {
      const where = conflicts.map((path) => `\`${path}\``).join(', ')
      throw new SessionConflictError(
        `Another request changed ${where} as well. Use session.update(), which runs on the newest data.`,
        conflicts,
      )
    }
    if (merged.overwritten.length > 0) emit({ type: 'overwritten', paths: merged.overwritten }, snapshot.fingerprint)
    return merged.data
  }

  async #adopt(opened: Opened | undefined, data: PlainObject, bytes: Bytes, before: Snapshot): Promise<Loaded> {
    const id = opened?.state.claims.id
    const isSame = id !== undefined && id === before.opened?.state.claims.id
    const fingerprint = isSame ? before.fingerprint : id ? await this.#parts.fingerprint(id) : () => ''
    return { snapshot: { opened, refusal: undefined, baseline: bytes, fingerprint }, data }
  }

  #report(step: Step, intent: Intent, from: Opened | undefined, { fingerprint }: Snapshot): void {
    const { emit } = this.#parts
    emit({ type: from ? (step.do === 'rotate' ? 'rotated' : 'saved') : 'created' }, fingerprint)
    if (intent.signIn) emit({ type: 'signed-in' }, fingerprint)
  }

  #assertWritable(step: Step, call: Call): void {
    if (this.#parts.persistence.traits.setsCookieOn.has(step.do) && !isWritable(call.jar)) throw readOnly(step.do)
  }

  /** Whether the session lives on its remember deadlines. */
  isRemembered({ claims }: State, now: number): boolean {
    return claims.remember && isStale(claims, this.#parts.settings.times, now)
  }
}

function changed(data: PlainObject, change: (data: PlainObject) => void): PlainObject {
  const copy = cloneData(data)
  const result: unknown = change(copy)
  if (result instanceof Promise)
    throw new TypeError('The function given to session.update() must be synchronous: it may run several times.')
  return copy
}

const gone = (): SessionGoneError =>
  new SessionGoneError('The session was destroyed, or replaced by a sign-in, while this request held it.')

const readOnly = (step: string): SessionReadOnlyError =>
  new SessionReadOnlyError(
    `Cookies cannot be set here, and \`${step}\` must set one. Write from a route handler or an action.`,
  )

/** Up to 10 ms, so that two processes that met once do not meet again and again. */
const jitter = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, (platform.randomBytes(1)[0] ?? 0) / 25))

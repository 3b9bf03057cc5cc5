import type { Call } from './contracts/persistence.ts'
import type { Deadlines, Session } from './contracts/session.ts'
import type { Outcome } from './contracts/sessions.ts'
import type { Refusal } from './contracts/state.ts'
import type { Bytes } from './contracts/store.ts'
import { isWritable } from './cookies/jar.ts'
import type { PlainObject } from './engine/data.ts'
import type { Engine } from './engine/engine.ts'
import { merge } from './engine/merge.ts'
import type { Intent } from './engine/plan.ts'
import { replaceData } from './engine/replace-data.ts'
import type { Shape } from './engine/shape.ts'
import type { Loaded, Snapshot } from './engine/snapshot.ts'
import {
  SessionClosedError,
  SessionError,
  SessionGoneError,
  SessionReadOnlyError,
  SessionUnavailableError,
} from './errors.ts'
import type { Settings } from './settings/settings.ts'
import { deadlinesOf } from './settings/times.ts'

/** What the handles of one configuration share. */
export interface HandleContext {
  readonly engine: Engine
  readonly settings: Settings
  readonly shape: Pick<Shape, 'encode' | 'format'>
  readonly onDiscard: (fingerprint: () => string) => void
}

/** One request's handle: keeps the app's live data object beside what the engine knows is stored. */
export class SessionHandle<D extends object> implements Session<D> {
  readonly #context: HandleContext
  /** The request at this moment: the clock is read anew for every verb. */
  readonly #call: () => Call
  readonly #isReadOnly: boolean
  #snapshot: Snapshot
  #data: PlainObject
  /** The app assigned its own object, which other requests may share: it is never changed from here. */
  #isAssigned = false
  /** Data that was never looked at cannot have changed, and is not even compared. */
  #isAccessed = false
  #isClosed = false
  /** What the last write failed to save. */
  #refused: Bytes | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(context: HandleContext, call: () => Call, loaded: Loaded, isReadOnly: boolean) {
    this.#context = context
    this.#call = call
    this.#isReadOnly = isReadOnly
    this.#snapshot = loaded.snapshot
    this.#data = loaded.data
  }

  get id(): string {
    return this.#snapshot.fingerprint()
  }

  get present(): boolean {
    return this.#snapshot.opened !== undefined
  }

  get refusal(): Refusal | undefined {
    return this.#snapshot.refusal
  }

  get subject(): string | undefined {
    return this.#snapshot.opened?.state.claims.subject || undefined
  }

  get remembered(): boolean {
    const { opened } = this.#snapshot
    return opened !== undefined && this.#context.engine.isRemembered(opened.state, this.#call())
  }

  get expires(): Deadlines {
    const { opened } = this.#snapshot
    if (!opened) return { idle: null, rolling: null, absolute: null }
    return deadlinesOf(opened.state.claims, this.#context.settings.times, this.#call().now)
  }

  get data(): Partial<D> {
    this.#isAccessed = true
    return this.#data as Partial<D>
  }

  set data(data: Partial<D>) {
    this.#isAccessed = true
    this.#isAssigned = true
    this.#data = data as PlainObject
  }

  save(): Promise<void> {
    return this.#run(async () => {
      const { opened } = this.#snapshot
      if (this.#isAccessed || !opened || opened.unissued) await this.#write({ verb: 'save' })
      await this.#release()
    })
  }

  update(change: (data: Partial<D>) => void): Promise<void> {
    return this.#run(() => this.#write({ verb: 'save', change: (data) => change(data as Partial<D>) }))
  }

  touch(): Promise<void> {
    return this.#run(() => this.#touch())
  }

  regenerate({ flush = false }: { readonly flush?: boolean } = {}): Promise<void> {
    return this.#run(() => this.#write(flush ? { verb: 'regenerate', change: empty } : { verb: 'regenerate' }))
  }

  signIn(subject: string, { remember = false }: { readonly remember?: boolean } = {}): Promise<void> {
    if (typeof subject !== 'string' || subject === '')
      return Promise.reject(new TypeError('signIn needs a subject: the id of the user who signed in, as text.'))
    return this.#run(() => this.#write({ verb: 'regenerate', signIn: { subject, remember } }))
  }

  destroy(): Promise<void> {
    return this.#run(async () => {
      const { snapshot, data } = await this.#context.engine.destroy(this.#snapshot, this.#call())
      await this.#release()
      this.#snapshot = snapshot
      this.#data = data
      this.#isAccessed = false
    })
  }

  close(): Promise<void> {
    return this.#queue.then(() => {
      this.#isClosed = true
      return this.#release()
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The end of the request; see `Sessions.settle`. */
  async settle({ status = 200, touch = true, close = true }: Outcome): Promise<void> {
    const isOver = this.#isClosed || status >= 500
    try {
      if (isOver) return this.#discard()
      await this.#run(async () => {
        if (this.#wasTold()) return this.#discard()
        if (this.#unsaved()) return this.#write({ verb: 'save' })
        return touch ? this.touchWhenDue() : undefined
      })
    } finally {
      if (close) {
        this.#isClosed = true
        await this.#release()
      }
    }
  }

  /** Reports data that is lost with its request. Data that cannot even be serialized is unsaved, too. */
  #discard(): void {
    const isClean = this.#attempt(() => this.#unsaved() === undefined)
    if (!isClean) this.#context.onDiscard(this.#snapshot.fingerprint)
  }

  /**
   * Touches when it is time to, where it can be done. It never fails a request that only read: neither a store that
   * cannot record the use, nor a session that ended meanwhile.
   */
  async touchWhenDue(): Promise<void> {
    const { engine } = this.#context
    const call = this.#call()
    if (!isWritable(call.jar) || !engine.touchDue(this.#snapshot, call)) return
    try {
      this.#snapshot = await engine.touch(this.#snapshot, call)
    } catch (error) {
      if (!(error instanceof SessionUnavailableError || error instanceof SessionGoneError)) throw error
    }
  }

  /** Waits for the session's lock, and then has its newest state. */
  async takeLock(touch: boolean): Promise<void> {
    const { snapshot, data } = await this.#context.engine.lock(
      { snapshot: this.#snapshot, data: this.#data },
      this.#call,
      touch,
    )
    this.#snapshot = snapshot
    this.#data = data
  }

  async #release(): Promise<void> {
    const { hold } = this.#snapshot
    this.#snapshot = { ...this.#snapshot, hold: undefined }
    await hold?.release()
  }

  async #touch(): Promise<void> {
    this.#snapshot = await this.#context.engine.touch(this.#snapshot, this.#call())
  }

  /** The bytes of the data when they differ from what is stored. */
  #unsaved(): Bytes | undefined {
    if (!this.#isAccessed) return undefined
    const bytes = this.#context.shape.encode(this.#data)
    return this.#context.engine.isDirty(this.#snapshot, bytes) ? bytes : undefined
  }

  /** Whether the app was told already that exactly this could not be saved: it answers for it, not the end-save. */
  #wasTold(): boolean {
    return this.#refused !== undefined && !this.#context.engine.isDirty({ baseline: this.#refused }, this.#bytes())
  }

  #bytes(): Bytes {
    return this.#attempt(() => this.#context.shape.encode(this.#data)) ?? UNSERIALIZABLE
  }

  async #write(intent: Intent): Promise<void> {
    const { engine, shape } = this.#context
    const { format } = shape
    try {
      const bytes = shape.encode(this.#data)
      const written = await engine.write(this.#snapshot, bytes, intent, this.#call())
      this.#refused = undefined
      if (!written) return
      this.#snapshot = written
      if (!engine.isDirty(written, bytes)) return
      // What the app changed while the store was asked stays.
      const { data } = merge(format.parse(bytes), this.#data, format.parse(written.baseline), 'mine', format)
      this.#data = replaceData(this.#data, this.#isAssigned, data, format)
      this.#isAssigned = false
    } catch (error) {
      // What an update's own function does or throws says nothing about the rest of the data.
      if (error instanceof SessionError && !intent.change) this.#refused = this.#bytes()
      throw error
    }
  }

  #attempt<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch {
      return undefined
    }
  }

  /** Verbs of one handle run in the order of their calls, each after the one before has ended. */
  #run(verb: () => Promise<void>): Promise<void> {
    const result = this.#queue.then(() => {
      if (this.#isClosed) throw new SessionClosedError('The session was closed: its request has ended.')
      if (this.#isReadOnly)
        throw new SessionReadOnlyError('This session was opened for reading: cookies cannot be set here.')
      return verb()
    })
    this.#queue = result.catch(() => undefined)
    return result
  }
}

const empty = (data: PlainObject): void => {
  for (const key of Object.keys(data)) delete data[key]
}

/** No data has no bytes. */
const UNSERIALIZABLE: Bytes = new Uint8Array(0)

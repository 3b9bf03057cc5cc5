import { platform } from '#crypto'
import type { IdLock } from '../contracts/persistence.ts'
import type { Bytes, Seconds } from '../contracts/store.ts'
import { SessionLockTimeoutError } from '../errors.ts'
import type { LockSettings } from '../settings/lock.ts'
import { pause } from './pause.ts'
import { sameBytes } from './same-bytes.ts'

const TOKEN_LENGTH = 16

/**
 * A lock that this request holds, kept alive until it is released. It is no proof: a process that was stopped may have
 * lost it. What a later holder wrote is what stops this one's write.
 */
export class Hold {
  readonly #lock: IdLock
  readonly #lease: Seconds
  readonly #token: string
  readonly #timer: ReturnType<typeof setInterval>
  #ids: readonly Bytes[]
  #isOver = false

  constructor(lock: IdLock, { lease, hold }: LockSettings, id: Bytes, token: string) {
    this.#lock = lock
    this.#lease = lease
    this.#token = token
    this.#ids = [id]
    const every = (lease * 1000) / 3
    const end = performance.now() + hold * 1000
    this.#timer = setInterval(() => {
      if (performance.now() > end) clearInterval(this.#timer)
      else this.#renew()
    }, every)
    letProcessEnd(this.#timer)
  }

  /** Also locks the id that the session is about to get. Nobody else knows it yet. */
  async extendTo(id: Bytes): Promise<void> {
    if (this.#isOver) return
    // Noted first: nobody knows of a step that failed whether it happened.
    this.#ids = [...this.#ids, id]
    await this.#lock.acquire(id, this.#token, this.#lease)
    // The request has ended meanwhile, and released what was not yet acquired.
    if (this.#isOver) await this.#release([id])
  }

  /** Releases all but this id. */
  async reduceTo(id: Bytes): Promise<void> {
    const others = this.#ids.filter((held) => !sameBytes(held, id))
    this.#ids = this.#ids.filter((held) => sameBytes(held, id))
    await this.#release(others)
  }

  async release(): Promise<void> {
    clearInterval(this.#timer)
    this.#isOver = true
    const ids = this.#ids
    this.#ids = []
    await this.#release(ids)
  }

  /** A lock that could not be released ends with its lease. */
  async #release(ids: readonly Bytes[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#lock.release(id, this.#token).catch(() => undefined)))
  }

  #renew(): void {
    for (const id of this.#ids) this.#lock.renew(id, this.#token, this.#lease).catch(() => undefined)
  }
}

/** Waits for the lock of one session after another, all within the same time. */
export class LockQueue {
  readonly #lock: IdLock
  readonly #settings: LockSettings
  readonly #end: number
  readonly #signal: AbortSignal | undefined

  constructor(lock: IdLock, settings: LockSettings, signal: AbortSignal | undefined) {
    this.#lock = lock
    this.#settings = settings
    this.#end = performance.now() + settings.wait * 1000
    this.#signal = signal
  }

  /** @throws SessionLockTimeoutError */
  async acquire(id: Bytes): Promise<Hold> {
    const { wait, firstStep, stepRatio, longestStep } = this.#settings
    const token = platform.toBase64url(platform.randomBytes(TOKEN_LENGTH))
    for (let step = firstStep; ; step = Math.min(step * stepRatio, longestStep)) {
      if (await this.#try(id, token)) return new Hold(this.#lock, this.#settings, id, token)
      const left = this.#end - performance.now()
      if (left <= 0)
        throw new SessionLockTimeoutError(`Another request of this session held its lock for all of ${wait} seconds.`)
      await pause(Math.min(step / 2, left), Math.min(step, left))
      this.#signal?.throwIfAborted()
    }
  }

  async #try(id: Bytes, token: string): Promise<boolean> {
    try {
      return await this.#lock.acquire(id, token, this.#settings.lease, this.#signal && { signal: this.#signal })
    } catch (error) {
      // Nobody knows whether it was acquired after all.
      this.#lock.release(id, token).catch(() => undefined)
      throw error
    }
  }
}

/** Node ends a process whose only business is a timer that says so; other runtimes do not ask. */
function letProcessEnd(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
}

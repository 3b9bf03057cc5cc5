import type { CallOptions, Milliseconds, SessionStore } from '../contracts/store.ts'
import { SessionError, SessionUnavailableError } from '../errors.ts'
import { Breaker } from './breaker.ts'
import { TimeLimitError, withinLimit } from './time-limit.ts'

const CONNECT_LIMIT: Milliseconds = 500
const OPERATION_LIMIT: Milliseconds = 250
/** A server that froze keeps its connection open: only a new one finds out whether another server took over. */
const MOST_TIMEOUTS = 3

type Step<T> = (options: CallOptions) => Promise<T>

/** Asks one store: within time limits, once more for a read that failed, and not at all for a while when it is down. */
class Guard {
  readonly #store: SessionStore
  readonly #onFault: (error: unknown) => void
  readonly #breaker = new Breaker()
  #timeouts = 0
  /** Counts the connections: what times out on an old one says nothing about the one that replaced it. */
  #connection = 0

  constructor(store: SessionStore, onFault: (error: unknown) => void) {
    this.#store = store
    this.#onFault = onFault
  }

  /** For steps that change something: after a fault nobody knows whether they did, so they are not sent again. */
  once<T>(verb: string, options: CallOptions | undefined, step: Step<T>): Promise<T> {
    return this.#ask(verb, options, step, this.#limit())
  }

  /** For steps that only look. */
  async read<T>(verb: string, options: CallOptions | undefined, step: Step<T>): Promise<T> {
    const limit = this.#limit()
    const end = performance.now() + limit
    try {
      return await this.#ask(verb, options, step, limit)
    } catch (error) {
      const left = Math.ceil(end - performance.now())
      if (!(error instanceof SuddenFault) || left <= 0) throw error
      return await this.#ask(verb, options, step, left)
    }
  }

  #limit(): Milliseconds {
    const { limits, connected } = this.#store
    const operation = limits?.operation ?? OPERATION_LIMIT
    return connected === false ? operation + (limits?.connect ?? CONNECT_LIMIT) : operation
  }

  async #ask<T>(verb: string, options: CallOptions = {}, step: Step<T>, limit: Milliseconds): Promise<T> {
    // Or it would take the one question a second that a store which is down gets.
    options.signal?.throwIfAborted()
    if (!this.#breaker.mayAsk())
      throw new SessionUnavailableError(`The ${this.#store.name} store is down. It is asked again within a second.`)
    const connection = this.#connection
    const faultsBefore = this.#breaker.faults
    try {
      const answer = await withinLimit(limit, options, step)
      this.#breaker.onAnswer()
      this.#timeouts = 0
      return answer
    } catch (cause) {
      // Who gives up waiting is no fault of the store.
      if (options.signal?.aborted) {
        this.#breaker.onNoAnswer()
        throw cause
      }
      this.#onFault(cause)
      if (isRefusal(cause)) this.#breaker.onAnswer()
      else if (cause instanceof TimeLimitError) {
        this.#breaker.onFault()
        this.#onTimeout(connection)
      } // One connection that is lost fails all that was under way on it: that is one fault.
      else if (this.#breaker.faults === faultsBefore) this.#breaker.onFault()
      if (cause instanceof SessionError) throw cause
      const isFinal = isRefusal(cause) || cause instanceof TimeLimitError
      throw new (isFinal ? SessionUnavailableError : SuddenFault)(
        `The ${this.#store.name} store did not ${verb} the session.`,
        {
          cause,
        },
      )
    }
  }

  #onTimeout(connection: number): void {
    if (connection !== this.#connection) return
    // A store that is down is asked once a second, too seldom to wait for three.
    if (++this.#timeouts < MOST_TIMEOUTS && !this.#breaker.isOpen) return
    this.#connection++
    this.#timeouts = 0
    this.#store.reconnect?.()
  }
}

/** A fault that came before the time was over: worth a second look. */
class SuddenFault extends SessionUnavailableError {}

/** By its name: a store may bring a copy of core of its own. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'StoreRefusedError'

/**
 * The same store, asked with patience that has an end, and with every fault as `SessionUnavailableError`: what the
 * store throws says nothing about the session, so nobody may take it for "not found".
 */
export function guardedStore(store: SessionStore, onFault: (error: unknown) => void): SessionStore {
  const guard = new Guard(store, onFault)
  const { index, lock, [Symbol.asyncDispose]: dispose } = store
  return {
    name: store.name,
    holds: store.holds,
    atomic: store.atomic,
    keyOf: (id) => store.keyOf(id),
    read: (key, call) => guard.read('read', call, (options) => store.read(key, options)),
    write: (key, bytes, expiresAt, expect, call) =>
      guard.once('write', call, (options) => store.write(key, bytes, expiresAt, expect, options)),
    delete: (key, call) => guard.once('delete', call, (options) => store.delete(key, options)),
    ...(lock && {
      lock: {
        acquire: (key, token, lease, call) =>
          guard.once('lock', call, (options) => lock.acquire(key, token, lease, options)),
        renew: (key, token, lease, call) =>
          guard.once('lock', call, (options) => lock.renew(key, token, lease, options)),
        release: (key, token, call) => guard.once('unlock', call, (options) => lock.release(key, token, options)),
      },
    }),
    ...(index && {
      index: {
        add: (set, member, expiresAt, call) =>
          guard.once('index', call, (options) => index.add(set, member, expiresAt, options)),
        remove: (set, member, call) => guard.once('index', call, (options) => index.remove(set, member, options)),
        members: (set, call) => guard.read('list', call, (options) => index.members(set, options)),
      },
    }),
    ...(dispose && { [Symbol.asyncDispose]: () => dispose.call(store) }),
  }
}

import { type CallOptions, StoreRefusedError } from '@sojourn/core/store'
import type { Answer } from './answer.ts'
import { Connection } from './connection.ts'
import type { DshmSettings } from './options.ts'

interface Waiter {
  readonly proceed: (connection: Connection) => void
  readonly fail: (error: unknown) => void
}

/** A few connections, each for one step at a time, and a short queue in front of them. */
export class Pool {
  readonly #settings: DshmSettings
  readonly #connections = new Set<Connection>()
  readonly #idle: Connection[] = []
  readonly #waiters: Waiter[] = []
  #isDisposed = false

  constructor(settings: DshmSettings) {
    this.#settings = settings
  }

  get isConnected(): boolean {
    return [...this.#connections].some((connection) => connection.isOpen)
  }

  /**
   * One step: sends the request once, and gives what `take` makes of the answer. A connection on which anything went
   * wrong, also an answer that `take` throws at, is closed: what comes next on it could belong to this request.
   * @throws StoreRefusedError when too many steps wait for a connection
   */
  async ask<T>(request: Buffer, take: (answer: Answer) => T, call: CallOptions | undefined): Promise<T> {
    const signal = call?.signal
    signal?.throwIfAborted()
    const connection = await this.#takeConnection(signal)
    const abort = (): void => connection.close(signal?.reason)
    signal?.addEventListener('abort', abort)
    try {
      signal?.throwIfAborted()
      const result = take(await connection.ask(request))
      this.#putBack(connection)
      return result
    } catch (error) {
      connection.close(error)
      throw error
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Closes all connections, so that the next steps open new ones. What is under way fails. */
  reconnect(): void {
    for (const connection of [...this.#connections]) connection.close(new Error('The connection was given up.'))
  }

  dispose(): void {
    this.#isDisposed = true
    for (const { fail } of this.#waiters.splice(0)) fail(disposed())
    for (const connection of this.#connections) connection.close(disposed())
  }

  #takeConnection(signal: AbortSignal | undefined): Connection | Promise<Connection> {
    if (this.#isDisposed) throw disposed()
    const idle = this.#idle.pop()
    if (idle) return idle
    const { poolSize, poolBacklog } = this.#settings
    if (this.#connections.size < poolSize) return this.#connect()
    if (this.#waiters.length < poolBacklog) return this.#wait(signal)
    throw new StoreRefusedError(
      `All ${poolSize} connections to the dshm server are busy and ${poolBacklog} steps wait for one. ` +
        'Raise poolSize or poolBacklog.',
    )
  }

  #wait(signal: AbortSignal | undefined): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { proceed: resolve, fail: reject }
      this.#waiters.push(waiter)
      const leave = (): void => {
        if (!this.#waiters.includes(waiter)) return
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  #connect(): Connection {
    const connection = new Connection(this.#settings, () => this.#remove(connection))
    this.#connections.add(connection)
    return connection
  }

  #putBack(connection: Connection): void {
    if (connection.isClosed) return
    const waiter = this.#waiters.shift()
    if (waiter) {
      waiter.proceed(connection)
      return
    }
    this.#idle.push(connection)
    connection.rest()
  }

  #remove(connection: Connection): void {
    this.#connections.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#waiters.shift()?.proceed(this.#connect())
  }
}

const disposed = (): Error => new Error('The dshm store was disposed of.')

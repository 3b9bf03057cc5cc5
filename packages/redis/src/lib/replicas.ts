import type { Milliseconds } from '@sojourn/core/store'
import type { Command, Connection } from './commands.ts'

/** While replicas are late, one write in this time finds out whether they are back. */
const ASK_AGAIN_AFTER: Milliseconds = 1000
/** What the other writes wait meanwhile; 0 would be for ever. */
const NO_TIME = '1'

/**
 * How many replicas have to have a write, and the connection for such writes. It is one of their own, because a server
 * answers nothing else on a connection while it waits for replicas.
 */
export class Replicas {
  readonly #count: number
  readonly #timeout: Milliseconds
  readonly #connect: () => Connection
  #connection: Connection | undefined
  #isClosed = false
  /** When to wait in earnest again, after replicas were late. */
  #askAgainAt = 0

  constructor({ count, timeout }: { count: number; timeout: Milliseconds }, connect: () => Connection) {
    this.#count = count
    this.#timeout = timeout
    this.#connect = connect
  }

  get connection(): Connection {
    if (this.#isClosed) throw new Error('Redis: the store was disposed of.')
    this.#connection ??= this.#connect()
    return this.#connection
  }

  waitCommand(): Command {
    const now = performance.now()
    const isLate = this.#askAgainAt > 0
    if (isLate && now < this.#askAgainAt) return ['WAIT', String(this.#count), NO_TIME]
    if (isLate) this.#askAgainAt = now + ASK_AGAIN_AFTER
    return ['WAIT', String(this.#count), String(this.#timeout)]
  }

  isEnough(copies: unknown): boolean {
    const isEnough = Number(copies) >= this.#count
    if (isEnough) this.#askAgainAt = 0
    else if (this.#askAgainAt === 0) this.#askAgainAt = performance.now() + ASK_AGAIN_AFTER
    return isEnough
  }

  reconnect(): void {
    this.#connection?.reconnect()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#connection?.close()
  }
}

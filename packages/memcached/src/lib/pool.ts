import type { Address, Security } from './addresses.ts'
import type { Command } from './commands.ts'
import { Connection } from './connection.ts'
import type { ServerFacts } from './server-facts.ts'

/** How many connections to a server there may be, who waits for one, and how long. */
export interface PoolLimits {
  /** Most connections. */
  readonly size: number
  /** Most commands that wait while all connections are busy. */
  readonly backlog: number
  /** Milliseconds after which an unused connection is closed. */
  readonly idle: number
  /** Milliseconds within which a connection must be ready. */
  readonly connect: number
}

interface Waiting {
  start(connection: Connection): void
  fail(error: unknown): void
}

/**
 * A connection carries so many commands before another one is opened, because they share packets: compared with one at a
 * time, 32 callers got four times as many answers. More than this gained nothing.
 */
const MOST_AT_ONCE = 16

/** The connections to one server. They are opened when there is something to send, also after the server was away. */
export class Pool {
  readonly #address: Address
  readonly #security: Security
  readonly #limits: PoolLimits
  readonly #onServer: (server: ServerFacts) => void
  readonly #opening = new Set<Connection>()
  readonly #ready = new Set<Connection>()
  readonly #retired = new Set<Connection>()
  readonly #waiting = new Set<Waiting>()
  #isDisposed = false

  /** @param onServer told with every new connection what the server is like */
  constructor(address: Address, security: Security, limits: PoolLimits, onServer: (server: ServerFacts) => void) {
    this.#address = address
    this.#security = security
    this.#limits = limits
    this.#onServer = onServer
  }

  get isConnected(): boolean {
    return this.#ready.size > 0
  }

  /** Sends a command, once. */
  async ask<T>(command: Command<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted()
    if (this.#isDisposed) throw new Error('The memcached store has been disposed of.')
    const free = this.#freeConnection()
    return await (free ? free.send(command, signal) : this.#wait(command, signal))
  }

  /** Gives up all connections. */
  close(reason: Error): void {
    for (const waiting of [...this.#waiting]) waiting.fail(reason)
    for (const connection of [...this.#opening, ...this.#ready, ...this.#retired]) connection.close(reason)
  }

  dispose(): void {
    this.#isDisposed = true
    this.close(new Error('The memcached store has been disposed of.'))
  }

  /** The least busy connection, if it takes one more command. */
  #freeConnection(): Connection | undefined {
    let free: Connection | undefined
    for (const connection of this.#ready) if (connection.load < (free?.load ?? MOST_AT_ONCE)) free = connection
    return free
  }

  #wait<T>(command: Command<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isFull())
        throw new Error(`${this.#limits.backlog} commands are waiting for memcached at ${this.#address.label} already.`)
      const leave = (): void => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = (): void => waiting.fail(signal?.reason)
      const waiting: Waiting = {
        start(connection) {
          leave()
          connection.send(command, signal).then(resolve, reject)
        },
        fail(error) {
          leave()
          reject(error)
        },
      }
      this.#waiting.add(waiting)
      signal?.addEventListener('abort', onAbort)
      this.#openForWaiting()
    })
  }

  /** Whether more would wait than `backlog`, even with all the connections there may be. */
  #isFull(): boolean {
    const { size, backlog } = this.#limits
    return this.#waiting.size >= backlog + (size - this.#ready.size) * MOST_AT_ONCE
  }

  #openForWaiting(): void {
    const hasRoom = this.#opening.size + this.#ready.size + this.#retired.size < this.#limits.size
    if (hasRoom && this.#waiting.size > this.#opening.size * MOST_AT_ONCE) this.#open()
  }

  #open(): void {
    const connection = new Connection(this.#address, this.#security, this.#limits, {
      onReady: (server) => {
        this.#opening.delete(connection)
        this.#ready.add(connection)
        this.#onServer(server)
        this.#startWaiting()
      },
      onRoom: () => this.#startWaiting(),
      onRetired: () => {
        this.#ready.delete(connection)
        this.#retired.add(connection)
        if (this.#ready.size + this.#opening.size === 0) this.#openForWaiting()
      },
      onClosed: (reason) => this.#onClosed(connection, reason),
    })
    this.#opening.add(connection)
  }

  #startWaiting(): void {
    for (const waiting of this.#waiting) {
      const free = this.#freeConnection()
      if (!free) return
      waiting.start(free)
    }
  }

  #onClosed(connection: Connection, reason: Error): void {
    const wasOpening = this.#opening.delete(connection)
    this.#ready.delete(connection)
    this.#retired.delete(connection)
    if (this.#ready.size + this.#opening.size > 0) return
    // The server may be back already, for those who have not been sent. Where it cannot be reached, nobody waits.
    if (wasOpening) for (const waiting of [...this.#waiting]) waiting.fail(reason)
    else this.#openForWaiting()
  }
}

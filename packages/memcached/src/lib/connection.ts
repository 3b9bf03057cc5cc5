import type { Socket } from 'node:net'
import { StoreRefusedError } from '@sojourn/core/store'
import { type Address, openSocket, type Security } from './addresses.ts'
import type { Command } from './commands.ts'
import { ProtocolError } from './protocol-error.ts'
import { type Reply, ReplyParser } from './reply-parser.ts'
import { Introduction, type ServerFacts } from './server-facts.ts'

/** Whom a connection tells what becomes of it. */
export interface ConnectionOwner {
  /** The server has introduced itself: commands may be sent. */
  onReady(server: ServerFacts): void
  /** A reply has come, so there is room for one more command. */
  onRoom(): void
  /** No more commands may be sent; some are still under way. */
  onRetired(): void
  /** The connection has ended, or never came to be. Called once. */
  onClosed(reason: Error): void
}

/** A command that was sent, until its reply is there. */
interface Pending {
  readonly opaque: string
  /** Nobody waits for the reply any more; it only has to be counted. */
  isAbandoned: boolean
  onReply(reply: Reply, server: ServerFacts): void
  onFault(error: Error): void
}

/**
 * One connection. Several commands may be under way; replies come in the order of the commands, and each shows by its
 * opaque which one it belongs to.
 *
 * Once somebody has stopped waiting for a reply, nobody new may send: what else is under way comes to its end, then the
 * connection is closed. A reply that does not fit closes it at once.
 */
export class Connection {
  readonly #owner: ConnectionOwner
  readonly #address: string
  readonly #socket: Socket
  readonly #introduction: Introduction
  readonly #connectTimer: NodeJS.Timeout
  readonly #idle: number
  readonly #pending: Pending[] = []
  #server: ServerFacts | undefined
  /** How many of `#pending` somebody waits for. */
  #waiting = 0
  #sent = 0
  #isRetired = false
  #isClosed = false
  #isCorked = false

  /** @param limits in milliseconds: for the connection to be ready, and for doing nothing */
  constructor(address: Address, security: Security, limits: { connect: number; idle: number }, owner: ConnectionOwner) {
    const { socket, connected } = openSocket(address, security)
    this.#owner = owner
    this.#address = address.label
    this.#socket = socket
    this.#introduction = new Introduction(address.label)
    this.#connectTimer = setTimeout(() => this.#fail(`did not answer within ${limits.connect} ms`), limits.connect)

    const parser = new ReplyParser((reply) => this.#onReply(reply))
    socket.once(connected, () => socket.write(Introduction.request))
    socket.on('data', (chunk: Buffer) => {
      try {
        parser.push(chunk)
      } catch (error) {
        this.close(error instanceof Error ? error : new Error(String(error)))
      }
    })
    socket.on('error', (cause) => this.#fail('is out of reach', cause))
    socket.on('end', () => this.#fail('closed the connection'))
    socket.on('close', () => this.#fail('closed the connection'))
    socket.on('timeout', () => {
      if (this.#pending.length === 0) this.#fail('was not used')
    })
    this.#idle = limits.idle
  }

  /** How many commands are under way. */
  get load(): number {
    return this.#pending.length
  }

  /** Sends a command. Only for a connection that is ready and neither retired nor closed. */
  send<T>(command: Command<T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const server = this.#server
      if (!server) throw new Error(`The connection to memcached at ${this.#address} is not ready.`)
      const opaque = String(++this.#sent)
      this.#write(command.encode(opaque, server))

      const stopWaiting = (): void => {
        this.#waiting--
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = (): void => {
        pending.isAbandoned = true
        stopWaiting()
        reject(signal?.reason)
        this.#retire()
      }
      const pending: Pending = {
        opaque,
        isAbandoned: false,
        onReply(reply, from) {
          resolve(command.decode(reply, from))
          stopWaiting()
        },
        onFault(error) {
          reject(error)
          stopWaiting()
        },
      }
      this.#pending.push(pending)
      this.#waiting++
      signal?.addEventListener('abort', onAbort)
    })
  }

  /** Ends the connection and fails what is under way on it. */
  close(reason: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#connectTimer)
    this.#socket.destroy()
    for (const pending of this.#pending.splice(0)) if (!pending.isAbandoned) pending.onFault(reason)
    this.#owner.onClosed(reason)
  }

  #fail(what: string, cause?: unknown): void {
    this.close(new Error(`memcached at ${this.#address} ${what}.`, { cause }))
  }

  /** The commands of one turn of the event loop go out together. */
  #write(octets: Buffer): void {
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#socket.cork()
      process.nextTick(() => {
        this.#isCorked = false
        this.#socket.uncork()
      })
    }
    this.#socket.write(octets)
  }

  /** @throws ProtocolError for a reply that does not fit */
  #onReply(reply: Reply): void {
    if (this.#server) this.#settle(reply, this.#server)
    else this.#introduce(reply)
  }

  #introduce(reply: Reply): void {
    this.#server = this.#introduction.take(reply)
    if (!this.#server) return
    clearTimeout(this.#connectTimer)
    this.#socket.setTimeout(this.#idle)
    this.#owner.onReady(this.#server)
  }

  #settle(reply: Reply, server: ServerFacts): void {
    const [pending] = this.#pending
    const isRefusal = reply.code === 'SERVER_ERROR'
    if (!pending || !(isRefusal || reply.line.split(' ').includes(`O${pending.opaque}`)))
      throw new ProtocolError(
        `memcached ${server.version} at ${this.#address} gave an answer that does not fit`,
        reply.line,
      )
    if (!pending.isAbandoned) {
      if (isRefusal) pending.onFault(new StoreRefusedError(`memcached at ${this.#address} refuses: ${reply.line}`))
      else pending.onReply(reply, server)
    }
    this.#pending.shift()
    if (this.#isRetired) this.#retire()
    else this.#owner.onRoom()
  }

  /** Lets what somebody waits for come to its end, and nothing else. */
  #retire(): void {
    if (this.#waiting === 0) {
      this.#fail('owes an answer that nobody waits for')
    } else if (!this.#isRetired) {
      this.#isRetired = true
      this.#owner.onRetired()
    }
  }
}

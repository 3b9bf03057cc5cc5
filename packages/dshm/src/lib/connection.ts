import { connect, type Socket } from 'node:net'
import { type Answer, AnswerReader } from './answer.ts'
import type { DshmSettings } from './options.ts'

interface Exchange {
  readonly reader: AnswerReader
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** A connection to the server. It carries one request at a time, and is of no more use once anything went wrong. */
export class Connection {
  readonly #socket: Socket
  readonly #settings: DshmSettings
  readonly #onClosed: () => void
  #exchange: Exchange | undefined
  #isAccepted = false
  #closed: { readonly because: unknown } | undefined

  /** @param onClosed is called once, the moment the connection is of no more use */
  constructor(settings: DshmSettings, onClosed: () => void) {
    const { host, port, connectTimeout } = settings
    this.#settings = settings
    this.#onClosed = onClosed
    this.#socket = connect({ host, port, noDelay: true, keepAlive: true })
    this.#socket.setTimeout(connectTimeout)
    this.#socket.on('timeout', () => this.close(new Error(this.#timeoutMessage())))
    this.#socket.once('connect', () => {
      this.#isAccepted = true
      this.#socket.setTimeout(0)
    })
    this.#socket.on('data', (piece) => this.#receive(piece))
    this.#socket.on('error', (error) => this.close(error))
    this.#socket.on('end', () => this.close(new Error('The server has closed the connection.')))
  }

  /** Whether the server has accepted it, and it is still there. */
  get isOpen(): boolean {
    return this.#isAccepted && !this.#closed
  }

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  /** Sends a request as soon as the server has accepted the connection. Who gives up waiting has to close it. */
  ask(request: Buffer): Promise<Answer> {
    if (this.#closed) return Promise.reject(this.#closed.because)
    if (this.#isAccepted) this.#socket.setTimeout(0)
    return new Promise((resolve, reject) => {
      this.#exchange = { reader: new AnswerReader(), resolve, reject }
      this.#socket.write(request)
    })
  }

  /** Keeps it for the next request, for a while. */
  rest(): void {
    this.#socket.setTimeout(this.#settings.poolIdle)
  }

  /** Fails the request under way, and any later one. */
  close(because: unknown): void {
    if (this.#closed) return
    this.#closed = { because }
    this.#socket.destroy()
    this.#exchange?.reject(because)
    this.#onClosed()
  }

  #receive(piece: Buffer): void {
    try {
      if (!this.#exchange) throw new Error('The server has answered what nobody asked.')
      const answer = this.#exchange.reader.push(piece)
      if (!answer) return
      this.#exchange.resolve(answer)
      this.#exchange = undefined
    } catch (error) {
      this.close(error)
    }
  }

  #timeoutMessage(): string {
    return this.#isAccepted
      ? 'Nobody used the connection.'
      : `No connection within ${this.#settings.connectTimeout} ms.`
  }
}

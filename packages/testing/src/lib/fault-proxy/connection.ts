import type { Socket } from 'node:net'
import type { Direction, Fault } from './fault.ts'
import { Flow } from './flow.ts'

interface ConnectionOptions {
  readonly client: Socket
  readonly server: Socket
  /** The fault of this moment. */
  readonly fault: () => Fault
  readonly onPassed: (direction: Direction, bytes: number) => void
  /** The client has ended its side, or was cut off. Called once. */
  readonly onLeft: () => void
  /** Nothing is left of either side. Called once. */
  readonly onClosed: () => void
}

/** A connection of a client, and the one to the server that belongs to it. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #flows: readonly [toServer: Flow, toClient: Flow]
  #isDead = false
  #hasLeft = false

  constructor(options: ConnectionOptions) {
    const { client, server, onClosed } = options
    this.#options = options
    const toServer = this.#flow('to-server', client, server)
    const toClient = this.#flow('to-client', server, client)
    this.#flows = [toServer, toClient]

    client.once('end', () => this.#leave())
    client.once('close', () => {
      this.#leave()
      toClient.stop()
      if (server.closed) onClosed()
    })
    server.once('close', () => {
      toServer.stop()
      if (client.closed) onClosed()
    })
    this.faultChanged()
  }

  faultChanged(): void {
    if (this.#options.fault().kind === 'half-open') this.#die()
    for (const flow of this.#flows) flow.faultChanged()
  }

  /** Ends both sides; what was passed on before still arrives. */
  end(reset: boolean): void {
    const { client, server } = this.#options
    this.#die()
    if (reset) client.resetAndDestroy()
    else client.destroySoon()
    server.destroy()
    this.#leave()
  }

  /** Nothing passes any more, and nobody is told. */
  #die(): void {
    this.#isDead = true
    for (const flow of this.#flows) flow.stop()
  }

  #leave(): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#options.onLeft()
    if (this.#isDead) this.end(false)
  }

  #flow(direction: Direction, from: Socket, to: Socket): Flow {
    const { fault, onPassed } = this.#options
    const flow = new Flow({
      to,
      direction,
      fault,
      onPassed: (bytes) => onPassed(direction, bytes),
      onCut: (reset) => this.end(reset),
    })
    from.on('data', (bytes) => flow.send(bytes))
    from.once('end', () => flow.send('end'))
    from.on('error', () => flow.send('reset'))
    return flow
  }
}

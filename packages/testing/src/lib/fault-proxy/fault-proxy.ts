import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Connection } from './connection.ts'
import type { Direction, Fault } from './fault.ts'

export interface FaultProxyOptions {
  /** The server: a TCP port, by default of 127.0.0.1, or the path of a unix socket. */
  readonly to: { readonly port: number; readonly host?: string } | { readonly path: string }
}

/** A TCP proxy on 127.0.0.1 that can be told what to do wrong. */
export interface FaultProxy extends AsyncDisposable {
  /** A free port of 127.0.0.1. */
  readonly port: number
  /** What goes wrong from now on, also on connections that are open. At first `{ kind: 'none' }`. */
  fault: Fault
  /** Connections of clients: open now, the most that were open at once, and all there were, refused ones included. */
  readonly connections: { readonly open: number; readonly most: number; readonly total: number }
  /** Bytes that were passed on. */
  readonly bytes: Readonly<Record<Direction, number>>
  /** Ends every connection now: with FIN, or with RST. New ones are accepted. */
  endConnections(options?: { readonly reset?: boolean }): void
}

/**
 * Starts a proxy between a client and its server. It passes everything on until it is given a fault.
 *
 * @example
 * await using proxy = await faultProxy({ to: { port: 6379 } })
 * const store = redisStore({ port: proxy.port })
 * proxy.fault = { kind: 'cut', afterBytes: 5 }
 */
export async function faultProxy({ to }: FaultProxyOptions): Promise<FaultProxy> {
  const alive = new Set<Connection>()
  const connections = { open: 0, most: 0, total: 0 }
  const bytes = { 'to-server': 0, 'to-client': 0 }
  let fault: Fault = { kind: 'none' }

  function accept(client: Socket): void {
    connections.total += 1
    if (fault.kind === 'refuse') {
      client.resetAndDestroy()
      return
    }
    connections.open += 1
    connections.most = Math.max(connections.most, connections.open)
    const connection = new Connection({
      client,
      server: connect({ host: '127.0.0.1', noDelay: true, allowHalfOpen: true, ...to }),
      fault: () => fault,
      onPassed: (direction, count) => {
        bytes[direction] += count
      },
      onLeft: () => {
        connections.open -= 1
      },
      onClosed: () => alive.delete(connection),
    })
    alive.add(connection)
  }

  const endConnections: FaultProxy['endConnections'] = ({ reset = false } = {}) => {
    for (const connection of alive) connection.end(reset)
  }

  const listener = createServer({ noDelay: true, allowHalfOpen: true }, accept)
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port.')

  return {
    port: address.port,
    connections,
    bytes,
    get fault(): Fault {
      return fault
    },
    set fault(next: Fault) {
      fault = next
      for (const connection of alive) connection.faultChanged()
    },
    endConnections,
    async [Symbol.asyncDispose](): Promise<void> {
      if (!listener.listening) return
      const closed = once(listener, 'close')
      listener.close()
      endConnections({ reset: true })
      await closed
    },
  }
}

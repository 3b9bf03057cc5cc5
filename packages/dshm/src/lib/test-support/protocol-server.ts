import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A server that speaks the protocol of ngx-distributed-shm, as far as a store uses it, and keeps values in a Map. */
export interface ProtocolServer extends AsyncDisposable {
  readonly port: number
  /** The request lines it was sent, without their ends. */
  readonly requests: readonly string[]
  readonly connections: { readonly open: number; readonly total: number }
}

export interface ProtocolServerOptions {
  /** Epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
  /** What to say to a request line instead of the truth; nothing at all for `''`. A SET still takes its value. */
  readonly answer?: (line: string) => string | undefined
}

interface Kept {
  readonly value: string
  readonly endsAt: number
}

const malformed = 'ERROR malformed_request\r\n'

export async function protocolServer({ now = Date.now, answer }: ProtocolServerOptions = {}): Promise<ProtocolServer> {
  const values = new Map<string, Kept>()
  const requests: string[] = []
  const sockets = new Set<Socket>()
  const connections = { open: 0, total: 0 }

  /** What a request of this line, with this value if it brings one, is answered. */
  function truth([verb = '', ...words]: readonly string[], value: string): string {
    const [key = '', ttl = ''] = words
    if (verb === 'GET' && words.length === 1) {
      const kept = values.get(key)
      return kept && kept.endsAt > now() ? withLength(kept.value) : 'ERROR not_found\r\n'
    }
    if (verb === 'DELETE' && words.length === 1) {
      values.delete(key)
      return 'DONE\r\n'
    }
    if (verb === 'SET') {
      const kept = isInteger(value) ? String(BigInt(value)) : value
      values.set(key, { value: kept, endsAt: Number(ttl) === 0 ? Infinity : now() + Number(ttl) * 1000 })
      return withLength(kept)
    }
    return malformed
  }

  function serve(socket: Socket): void {
    let waiting = Buffer.alloc(0)
    sockets.add(socket)
    connections.open += 1
    connections.total += 1
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      connections.open -= 1
    })
    socket.on('data', (piece) => {
      waiting = Buffer.concat([waiting, piece])
      for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
        const line = waiting.toString('utf8', 0, end)
        const words = line.replace(/ +$/, '').split(' ')
        const size = sizeOfValue(words)
        if (waiting.length < end + 2 + size) return
        const value = waiting.toString('utf8', end + 2, end + 2 + size)
        waiting = waiting.subarray(end + 2 + size)
        requests.push(line)
        socket.write(answer?.(line) ?? truth(words, value))
      }
    })
  }

  const listener = createServer({ noDelay: true }, serve)
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')

  return {
    port: address.port,
    requests,
    connections,
    async [Symbol.asyncDispose](): Promise<void> {
      if (!listener.listening) return
      listener.close()
      for (const socket of sockets) socket.destroy()
      await once(listener, 'close')
    },
  }
}

/** The bytes that follow a line. After a SET that is not well-formed none do: its value is read as requests. */
function sizeOfValue(words: readonly string[]): number {
  if (words.length !== 4 || words[0] !== 'SET') return 0
  const [ttl, size] = words.slice(2)
  return isInteger(ttl ?? '') && Number(ttl) >= 0 && Number(size) > 0 ? Number(size) : 0
}

const isInteger = (text: string): boolean => /^[+-]?\d+$/.test(text)

/** The length is in UTF-16 units. */
const withLength = (value: string): string => `LEN ${value.length}\r\n${value}\r\nDONE\r\n`

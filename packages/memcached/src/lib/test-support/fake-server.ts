import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** A command that a fake server was sent. */
export interface Asked {
  /** Without its end. */
  readonly line: string
  /** The value that followed, for a set. */
  readonly value: string
  readonly opaque: string
  readonly socket: Socket
  /** Answers with a line or more; `O` at the end of the first one stands for the opaque. */
  reply(...lines: readonly string[]): void
}

export interface FakeServer {
  readonly port: number
  /** Every command so far, the introductions left out. */
  readonly asked: readonly Asked[]
  /** The connections that are open. */
  readonly sockets: ReadonlySet<Socket>
  /** The connections there have been. */
  readonly opened: () => number
  close(): Promise<void>
}

export const introductionOf = (stats: Readonly<Record<string, string>> = {}): string => {
  const all = { pid: '7', uptime: '10', time: '1000', version: '1.6.18', item_size_max: '1048576', ...stats }
  const lines = Object.entries(all).map(([name, value]) => `STAT ${name} ${value}\r\n`)
  return `${lines.join('')}END\r\nEND\r\n`
}

/**
 * A server for what a real one does not do when asked. It introduces itself, then leaves every command to `answer`.
 * @param introduction what it says on a new connection
 */
export async function fakeServer(
  answer: (asked: Asked) => void,
  introduction: string = introductionOf(),
): Promise<FakeServer> {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  let opened = 0

  const server = createServer((socket) => {
    opened++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      while (received.includes('\r\n')) {
        const [line = ''] = received.split('\r\n', 1)
        const [, length] = /^ms \S+ (\d+)/.exec(line) ?? []
        const end = line.length + 2 + (length === undefined ? 0 : Number(length) + 2)
        if (received.length < end) return
        const value = received.slice(line.length + 2, Math.max(line.length + 2, end - 2))
        received = received.slice(end)
        if (line === 'stats settings') socket.write(introduction)
        else if (line !== 'stats') take(line, value, socket)
      }
    })
  })

  function take(line: string, value: string, socket: Socket): void {
    const [, opaque = ''] = / O(\d+)$/.exec(line) ?? []
    const command: Asked = {
      line,
      value,
      opaque,
      socket,
      reply: (first, ...others) =>
        socket.write([first?.replace(/ O$/, ` O${opaque}`), ...others].map((text) => `${text}\r\n`).join(''), 'latin1'),
    }
    asked.push(command)
    answer(command)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    asked,
    sockets,
    opened: () => opened,
    async close(): Promise<void> {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

import { connect } from 'node:net'
import { Redis } from 'ioredis'
import { servers } from '../../../scripts/lib/servers/addresses.mjs'

/** What a server holds. Seconds; DSHM does not tell. */
export interface Held {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ttl?: number
}

/** A server without any store of ours in between, as a Lua client sees it. */
export interface BareClient {
  get(key: string): Promise<Held | undefined>
  set(key: string, bytes: Uint8Array, ttl: number): Promise<void>
  close(): void
}

export function bareRedis(): BareClient & { keys(pattern: string): Promise<readonly string[]> } {
  const redis = new Redis({ host: '127.0.0.1', port: servers().redis.port })
  return {
    async get(key) {
      const bytes = await redis.getBuffer(key)
      return bytes ? { bytes: new Uint8Array(bytes), ttl: await redis.ttl(key) } : undefined
    },
    async set(key, bytes, ttl) {
      await redis.setex(key, ttl, Buffer.from(bytes))
    },
    keys: (pattern) => redis.keys(pattern),
    close: () => redis.disconnect(),
  }
}

export function bareMemcached(): BareClient {
  const { port } = servers().memcached
  return {
    async get(key) {
      const answer = await exchange(port, Buffer.from(`mg ${key} t f v\r\n`), (text) =>
        isWhole(text, /^VA (\d+).*\r\n/, 2),
      )
      const [line = '', length, ttl, flags] = /^VA (\d+) t(-?\d+) f(\d+)\r\n/.exec(answer.toString('latin1')) ?? []
      if (line === '') return undefined
      if (flags !== '0') throw new Error(`A value has the flags ${flags}.`)
      const bytes = new Uint8Array(answer.subarray(line.length, line.length + Number(length)))
      return { bytes, ttl: Number(ttl) }
    },
    async set(key, bytes, ttl) {
      const command = Buffer.concat([
        Buffer.from(`set ${key} 0 ${ttl} ${bytes.length}\r\n`),
        bytes,
        Buffer.from('\r\n'),
      ])
      await exchange(port, command, (text) => text.endsWith('\r\n'))
    },
    close: () => {},
  }
}

export function bareDshm(): BareClient {
  const [port] = servers().dshm.ports
  return {
    async get(key) {
      const answer = await exchange(port, Buffer.from(`GET ${key}\r\n`), (text) => /(DONE|ERROR.*)\r\n$/.test(text))
      const [line = '', length] = /^LEN (\d+)\r\n/.exec(answer.toString('latin1')) ?? []
      if (line === '') return undefined
      return { bytes: new Uint8Array(answer.subarray(line.length, line.length + Number(length))) }
    },
    async set(key, bytes, ttl) {
      const command = Buffer.concat([Buffer.from(`SET ${key} ${ttl} ${bytes.length}\r\n`), bytes])
      await exchange(port, command, (text) => /(DONE|ERROR.*)\r\n$/.test(text))
    },
    close: () => {},
  }
}

/** Whether the value that a first line announces has arrived, with `behind` octets after it. */
function isWhole(text: string, announces: RegExp, behind: number): boolean {
  const [line, length] = announces.exec(text) ?? []
  return line === undefined ? text.endsWith('\r\n') : text.length >= line.length + Number(length) + behind
}

/** One request on a connection of its own, and the whole answer. */
function exchange(port: number, request: Uint8Array, isDone: (text: string) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = Buffer.alloc(0)
    socket.setTimeout(5000, () => socket.destroy(new Error(`no whole answer: ${answer.toString('latin1')}`)))
    socket.on('error', reject)
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data])
      if (!isDone(answer.toString('latin1'))) return
      socket.destroy()
      resolve(answer)
    })
    socket.write(request)
  })
}

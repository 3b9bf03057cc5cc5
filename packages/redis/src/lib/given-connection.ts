import type { Connection, RedisCommands } from './commands.ts'
import type { GivenClient, IoredisClient, NodeRedisClient, NodeRedisCluster } from './given-client.ts'
import { ioredisCommands } from './ioredis-commands.ts'
import { leaveSeldom } from './leave-seldom.ts'
import { nodeRedisClusterCommands, nodeRedisCommands } from './node-redis-commands.ts'

/** The connection of a client that the app brought along and goes on using: it is never closed here. */
export function givenConnection(client: GivenClient, connectTimeout: number): Connection {
  return connectionOf(client, connectTimeout, false)
}

/** A second connection, like that of the client, for the store alone. */
export function likeConnection(client: GivenClient, connectTimeout: number): Connection {
  const copy = client.duplicate()
  copy.on('error', ignore)
  return connectionOf(copy, connectTimeout, true)
}

function connectionOf(client: GivenClient, connectTimeout: number, isOurs: boolean): Connection {
  if ('isCluster' in client) return new GivenIoredis(client, connectTimeout, isOurs)
  return new GivenNodeRedis(client, connectTimeout, isOurs)
}

class GivenIoredis implements Connection {
  readonly #client: IoredisClient
  readonly #commands: RedisCommands
  readonly #leave: () => void = leaveSeldom(() => this.reconnect())
  readonly #becomesReady: () => Promise<void>
  readonly #isOurs: boolean

  constructor(client: IoredisClient, connectTimeout: number, isOurs: boolean) {
    this.#client = client
    this.#commands = ioredisCommands(client)
    this.#becomesReady = waiting(client, ['ready', 'error', 'end'], connectTimeout)
    this.#isOurs = isOurs
  }

  get ready(): RedisCommands | undefined {
    return this.#client.status === 'ready' ? this.#commands : undefined
  }

  async open(): Promise<RedisCommands> {
    const { status } = this.#client
    if (status === 'wait' || (this.#isOurs && status === 'end')) this.#client.connect().catch(ignore)
    if (this.#client.status !== 'end' && !this.ready) await this.#becomesReady()
    if (this.ready) return this.ready
    throw new Error(`Redis: the client that was given is not connected (${this.#client.status}).`)
  }

  /** Only what is open can be left: a client that is just connecting would end for good. */
  reconnect(): void {
    if (this.#client.status === 'ready') this.#client.disconnect(true)
  }

  onWrongServer(): void {
    if (!this.#client.isCluster) this.#leave()
  }

  async close(): Promise<void> {
    if (this.#isOurs) this.#client.disconnect()
  }
}

class GivenNodeRedis implements Connection {
  readonly #client: NodeRedisClient | NodeRedisCluster
  readonly #commands: RedisCommands
  readonly #becomesReady: () => Promise<void>
  readonly #isOurs: boolean

  constructor(client: NodeRedisClient | NodeRedisCluster, connectTimeout: number, isOurs: boolean) {
    this.#client = client
    this.#commands = 'masters' in client ? nodeRedisClusterCommands(client) : nodeRedisCommands(client)
    const [ready, end] = 'masters' in client ? ['connect', 'disconnect'] : ['ready', 'end']
    this.#becomesReady = waiting(client, [ready, 'error', end], connectTimeout)
    this.#isOurs = isOurs
  }

  get ready(): RedisCommands | undefined {
    return this.#client.isReady ? this.#commands : undefined
  }

  async open(): Promise<RedisCommands> {
    if (this.#isOurs && !this.#client.isOpen) this.#client.connect().catch(ignore)
    if (this.#client.isOpen && !this.ready) await this.#becomesReady()
    if (this.ready) return this.ready
    throw new Error('Redis: the client that was given is not connected. Call its connect() first.')
  }

  /** The client has no way to it but to be closed. */
  reconnect(): void {}

  onWrongServer(): void {}

  async close(): Promise<void> {
    if (this.#isOurs && this.#client.isOpen) this.#client.destroy()
  }
}

interface Emitter {
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
}

/** Waits until a client reports one of the events, or the time is over; for all who ask meanwhile at once. */
function waiting(client: Emitter, events: readonly string[], limit: number): () => Promise<void> {
  let present: Promise<void> | undefined
  return () => {
    present ??= new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        for (const event of events) client.off(event, end)
        present = undefined
        resolve()
      }
      const timer = setTimeout(end, limit)
      for (const event of events) client.on(event, end)
    })
    return present
  }
}

const ignore = (): void => {}

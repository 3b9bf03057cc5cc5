import { SessionConfigError } from '@sojourn/core/store'
import type { Cluster, Redis } from 'ioredis'
import type { Connection, RedisCommands } from './commands.ts'
import { ioredisCommands } from './ioredis-commands.ts'
import { clusterOptions, serverOptions } from './ioredis-options.ts'
import { leaveSeldom } from './leave-seldom.ts'
import { replyCode, storeError } from './replies.ts'
import type { Settings } from './settings.ts'

type Library = Pick<typeof import('ioredis'), 'Cluster' | 'Redis'>
type Client = Redis | Cluster

/**
 * A connection of the store's own, through ioredis. It is made when it is needed, and every time with a new client: no
 * step of an old connection can be sent again over a new one, and no late answer can be taken for another's.
 */
export class OwnConnection implements Connection {
  readonly #settings: Settings
  readonly #load: () => Promise<Library>
  readonly #leave: () => void = leaveSeldom(() => this.reconnect())
  #client: Client | undefined
  /** Set when the client is all set up, which is after it says that it is ready. */
  #commands: RedisCommands | undefined
  #opening: Promise<RedisCommands> | undefined
  #attempts = 0
  #isClosed = false

  constructor(settings: Settings, load: () => Promise<Library> = loadIoredis) {
    this.#settings = settings
    this.#load = load
  }

  get ready(): RedisCommands | undefined {
    return this.#client?.status === 'ready' ? this.#commands : undefined
  }

  open(): Promise<RedisCommands> {
    if (this.ready) return Promise.resolve(this.ready)
    this.#opening ??= this.#open()
    return this.#opening
  }

  async #open(): Promise<RedisCommands> {
    try {
      const library = await this.#load()
      if (this.#isClosed) throw new Error('Redis: the store was disposed of.')
      this.#client?.disconnect()
      const client = clientOf(library, this.#settings, this.#attempts++)
      this.#client = client
      this.#commands = undefined
      await connected(client, this.#settings.connectTimeout)
      if (this.#client !== client) throw new Error('Redis: the connection was given up while it was being made.')
      this.#commands = ioredisCommands(client)
      return this.#commands
    } finally {
      this.#opening = undefined
    }
  }

  reconnect(): void {
    this.#client?.disconnect()
    this.#client = undefined
  }

  onWrongServer(commands: RedisCommands): void {
    if (!this.#client || commands !== this.#commands) return
    if ('refreshSlotsCache' in this.#client) this.#client.refreshSlotsCache()
    else this.#leave()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.reconnect()
  }
}

function clientOf(library: Library, settings: Settings, attempt: number): Client {
  const { target } = settings
  if (target.kind !== 'cluster') return new library.Redis(serverOptions(settings, attempt))
  return new library.Cluster([...target.nodes], clusterOptions(settings, target))
}

/** @throws what kept the client from connecting, or that it took too long */
async function connected(client: Client, limit: number): Promise<void> {
  let reason: unknown
  const remember = (error: Error): void => {
    reason = 'lastNodeError' in error && error.lastNodeError ? error.lastNodeError : error
  }
  client.on('error', remember)
  let timer: NodeJS.Timeout | undefined
  const isLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no connection within ${limit} ms.`)), limit)
  })
  try {
    await Promise.race([client.connect(), isLate])
    // The library goes on where it was refused a user or a database: as another user, or in database 0.
    if (!('refreshSlotsCache' in client) && replyCode(reason) !== undefined) throw reason
  } catch (error) {
    client.disconnect()
    throw storeError(reason ?? error)
  } finally {
    clearTimeout(timer)
  }
}

async function loadIoredis(): Promise<Library> {
  try {
    return await import('ioredis')
  } catch (cause) {
    throw new SessionConfigError(
      'redisStore needs the package ioredis: run `npm install ioredis@6`, or give it a client of your own as `client`.',
      { cause },
    )
  }
}

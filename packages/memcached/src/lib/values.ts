import type { Bytes, Expect, Revision, Stored, Written } from '@sojourn/core/store'
import { checkedKey, deleteCommand, getCommand, setCommand } from './commands.ts'
import type { Settings } from './options.ts'
import { Pool } from './pool.ts'
import { rendezvous } from './rendezvous.ts'
import type { ServerFacts } from './server-facts.ts'

type Signal = AbortSignal | undefined

/** Values under keys, on the servers they belong to. A server that is away is a fault for its keys, never a miss. */
export class Values {
  readonly #pools: readonly Pool[]
  readonly #poolOf: (key: string) => Pool

  /** @param onServer told with every new connection what the server is like */
  constructor({ addresses, security, pool }: Settings, onServer: (server: ServerFacts) => void) {
    const placed = addresses.map((address) => ({
      label: address.label,
      pool: new Pool(address, security, pool, onServer),
    }))
    const choose = rendezvous(placed)
    this.#pools = placed.map((place) => place.pool)
    this.#poolOf = (key) => choose(checkedKey(key)).pool
  }

  /** Whether there is a connection to every server. */
  get isConnected(): boolean {
    return this.#pools.every((pool) => pool.isConnected)
  }

  async get(key: string, signal: Signal): Promise<Stored | undefined> {
    return await this.#poolOf(key).ask(getCommand(key), signal)
  }

  /** @param ttl as `timeToLive` gives it */
  async set(key: string, value: Bytes, ttl: number, expect: Expect, signal: Signal): Promise<Written> {
    return await this.#poolOf(key).ask(setCommand(key, value, ttl, expect), signal)
  }

  /** Answers whether the key is now absent: with a `revision` it may not be. */
  async delete(key: string, revision: Revision | undefined, signal: Signal): Promise<boolean> {
    return await this.#poolOf(key).ask(deleteCommand(key, revision), signal)
  }

  reconnect(): void {
    for (const pool of this.#pools) pool.close(new Error('The connections to memcached are made anew.'))
  }

  dispose(): void {
    for (const pool of this.#pools) pool.dispose()
  }
}

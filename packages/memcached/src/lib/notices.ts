import type { StoreNotice } from '@sojourn/core/store'
import type { ServerFacts } from './server-facts.ts'

const noEvictions =
  'memcached runs with -M, which refuses writes when its memory is full. A write it refuses also takes away what the ' +
  'key held: sessions end. Start it without -M, with enough memory (-m).'

/** Collects what the people who run a store should know, each thing once. */
export class Notices {
  readonly #listeners: ((notice: StoreNotice) => void)[] = []
  readonly #given = new Map<string, StoreNotice>()

  listen(listener: (notice: StoreNotice) => void): void {
    this.#listeners.push(listener)
    for (const notice of this.#given.values()) listener(notice)
  }

  /** Looks for settings of a server that break a promise. */
  look({ evicts }: ServerFacts): void {
    if (!evicts) this.#warn(noEvictions)
  }

  #warn(message: string): void {
    if (this.#given.has(message)) return
    const notice: StoreNotice = { type: 'warning', message }
    this.#given.set(message, notice)
    for (const listener of this.#listeners) listener(notice)
  }
}

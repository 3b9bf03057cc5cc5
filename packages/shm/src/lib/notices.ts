import type { StoreNotice } from '@sojourn/core/store'

/** Tells how many sessions were evicted, also to those who ask later. */
export class Notices {
  readonly #listeners: ((notice: StoreNotice) => void)[] = []
  #evicted = 0

  listen(listener: (notice: StoreNotice) => void): void {
    this.#listeners.push(listener)
    if (this.#evicted > 0) listener({ type: 'evicted', count: this.#evicted })
  }

  reportEvicted(count: number): void {
    this.#evicted += count
    for (const listener of this.#listeners) listener({ type: 'evicted', count })
  }
}

import type { StoreNotice } from '../contracts/store.ts'

/**
 * What a store has to tell by `onNotice`. Who listens later hears what was before: how many sessions were evicted so
 * far, and every warning. A warning that is reported again is not told again.
 */
export class Notices {
  readonly #listeners: ((notice: StoreNotice) => void)[] = []
  readonly #warnings = new Map<string, StoreNotice>()
  #evicted = 0

  listen(listener: (notice: StoreNotice) => void): void {
    this.#listeners.push(listener)
    for (const warning of this.#warnings.values()) listener(warning)
    if (this.#evicted > 0) listener({ type: 'evicted', count: this.#evicted })
  }

  report(notice: StoreNotice): void {
    if (notice.type === 'evicted') this.#evicted += notice.count
    else if (this.#warnings.has(notice.message)) return
    else this.#warnings.set(notice.message, notice)
    for (const listener of this.#listeners) listener(notice)
  }
}

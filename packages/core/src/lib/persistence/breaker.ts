import type { Milliseconds } from '../contracts/store.ts'

/** So many faults in a row and the store counts as down. */
const MOST_FAULTS = 5
/** A store that is down is asked once in this time. */
const PROBE_EVERY: Milliseconds = 1000

/**
 * Remembers that a store is down, so that requests fail at once instead of each waiting for the time limit, and one in
 * a second finds out whether it is back.
 */
export class Breaker {
  #faults = 0
  #nextProbe = 0

  get isOpen(): boolean {
    return this.#faults >= MOST_FAULTS
  }

  /** The faults in a row so far. */
  get faults(): number {
    return this.#faults
  }

  /** Whether to ask the store now. Who is told yes while it is down is the one to find out. */
  mayAsk(): boolean {
    if (!this.isOpen) return true
    const now = performance.now()
    if (now < this.#nextProbe) return false
    this.#nextProbe = now + PROBE_EVERY
    return true
  }

  onAnswer(): void {
    this.#faults = 0
  }

  /** Who asked did not wait for the answer: the next one may ask. */
  onNoAnswer(): void {
    this.#nextProbe = 0
  }

  onFault(): void {
    this.#faults++
    if (this.#faults === MOST_FAULTS) this.#nextProbe = performance.now() + PROBE_EVERY
  }
}

import type { Position } from './records.ts'

const MOST = 256

/**
 * Where records were that have just been read: most are written next, and LMDB checks the stamp anyway. Saves looking
 * them up again.
 */
export class RecentPositions {
  readonly #positions = new Map<string, Position>()

  note(key: string, { place, stamp, expiresAt, endsAt, size }: Position, octets: Uint8Array): void {
    const oldest = this.#positions.size < MOST ? undefined : this.#positions.keys().next().value
    if (oldest !== undefined) this.#positions.delete(oldest)
    this.#positions.set(key, { key: octets, place, stamp, expiresAt, endsAt, size })
  }

  /** Gives a position once: it is good for one change. */
  take(key: string): Position | undefined {
    const position = this.#positions.get(key)
    if (position) this.#positions.delete(key)
    return position
  }
}

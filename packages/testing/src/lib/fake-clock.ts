/** A clock that stands still until it is told otherwise. */
export interface FakeClock {
  /** Epoch milliseconds. Fits every `now` option as it is: `memoryStore({ now: clock.now })`. */
  readonly now: () => number
  readonly advance: (seconds: number) => void
  /** Sets the clock to a time in epoch milliseconds. */
  readonly set: (ms: number) => void
}

/** @param startMs epoch milliseconds; by default 2026-01-01T00:00:00Z */
export function fakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let time = startMs
  return {
    now: () => time,
    advance: (seconds) => {
      time += seconds * 1000
    },
    set: (ms) => {
      time = ms
    },
  }
}

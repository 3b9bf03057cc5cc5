import type { Milliseconds } from '@sojourn/core/store'

/** How often a server is left at most that goes on refusing: all else that is under way fails with it. */
const LEAVE_EVERY: Milliseconds = 1000

/** Leaves at once the first time, and then as often as may be. */
export function leaveSeldom(leave: () => void): () => void {
  let next = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now < next) return
    next = now + LEAVE_EVERY
    leave()
  }
}

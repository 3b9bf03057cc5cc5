import { platform } from '#crypto'
import type { Milliseconds } from '../contracts/store.ts'

/** Waits between `shortest` and `longest`, so that two that met once do not meet again and again. */
export function pause(shortest: Milliseconds, longest: Milliseconds): Promise<void> {
  const share = (platform.randomBytes(1)[0] ?? 0) / 255
  return new Promise((resolve) => setTimeout(resolve, shortest + share * (longest - shortest)))
}

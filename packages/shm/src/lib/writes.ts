import type { CallOptions } from '@sojourn/core/store'
import type { Shared } from './shared.ts'

/** Most changes that one transaction has: it must end soon, for all processes wait for it. */
const MOST_AT_ONCE = 32

/**
 * Hands a change to LMDB, which makes it on a thread of its own: waiting for another process blocks no event loop.
 * @param growth how many pages the change may add
 */
export async function runChange(
  shared: Shared,
  growth: number,
  change: () => Promise<boolean>,
  call?: CallOptions,
): Promise<boolean> {
  shared.growth += growth
  try {
    while (!hasTurn(shared)) await waitForTurn(shared, call)
    return await makeChange(shared, change)
  } finally {
    shared.growth -= growth
  }
}

async function makeChange(shared: Shared, change: () => Promise<boolean>): Promise<boolean> {
  shared.steps++
  try {
    return await change()
  } catch (error) {
    throw await faultOf(error, shared.file)
  } finally {
    shared.steps--
    shared.waiting.shift()?.()
  }
}

/** Changes go one by one on a full file system: together they need more pages until they are made. */
const hasTurn = ({ steps, fullSince }: Shared): boolean => steps < (fullSince === undefined ? MOST_AT_ONCE : 1)

async function waitForTurn({ waiting }: Shared, call: CallOptions | undefined): Promise<void> {
  await new Promise<void>((resolve) => waiting.push(resolve))
  if (!call?.signal?.aborted) return
  waiting.shift()?.()
  call.signal.throwIfAborted()
}

/** LMDB tells the cause of a failed transaction in a promise of its own. */
async function faultOf(error: unknown, file: string): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error
  const cause = await Promise.resolve(error.commitError).catch((reason: unknown) => reason)
  return new Error(`${file} could not be written.`, { cause })
}

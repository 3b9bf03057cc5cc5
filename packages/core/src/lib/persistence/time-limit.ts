import type { CallOptions, Milliseconds } from '../contracts/store.ts'

/** The answer did not come within the limit. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
}

/**
 * Waits for a step, at most `limit` milliseconds and not longer than the caller does. The step may still happen.
 * @throws TimeLimitError, the caller's own reason, or what the step throws
 */
export function withinLimit<T>(
  limit: Milliseconds,
  { signal, confirm = false }: CallOptions,
  step: (options: CallOptions) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const giveUp = (reason: unknown): void => {
      end()
      controller.abort(reason)
      reject(reason)
    }
    const expire = (): void => giveUp(new TimeLimitError(`There was no answer within ${limit} ms.`))
    const onAbort = (): void => giveUp(signal?.reason)
    // Twice around the event loop: a process that was held up reads what has arrived meanwhile before it gives up.
    let timer = setTimeout(() => {
      timer = setTimeout(expire, 0)
    }, limit)
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort)
    // Async: what a store throws at once is a rejection as well, and ends the timer.
    const attempt = async (): Promise<T> => step({ signal: controller.signal, confirm })
    attempt().finally(end).then(resolve, reject)
  })
}

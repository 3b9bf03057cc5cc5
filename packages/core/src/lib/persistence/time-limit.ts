import type { CallOptions, Milliseconds } from '../contracts/store.ts'

/** The answer did not come within the limit. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
}

/** One step's own options: its signal aborts when the limit is over or the caller gives up, and is made when asked for. */
class StepOptions implements CallOptions {
  readonly confirm: boolean
  #controller: AbortController | undefined
  #reason: unknown

  constructor(confirm: boolean) {
    this.confirm = confirm
  }

  get signal(): AbortSignal {
    if (this.#reason !== undefined) return AbortSignal.abort(this.#reason)
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#reason = reason
    this.#controller?.abort(reason)
  }
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
  const options = new StepOptions(confirm)
  return new Promise<T>((resolve, reject) => {
    const giveUp = (reason: unknown): void => {
      end()
      options.abort(reason)
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
    step(options).then(
      (answer) => {
        end()
        resolve(answer)
      },
      (error: unknown) => {
        end()
        reject(error)
      },
    )
  })
}

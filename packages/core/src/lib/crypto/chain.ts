import type { MaybePromise } from './types.ts'

/** Goes on at once with a value that is there already, so that on Node an envelope is opened without waiting once. */
export function chain<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

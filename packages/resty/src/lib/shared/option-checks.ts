import { SessionConfigError } from '@sojourn/core/store'

/** @throws SessionConfigError naming the option and what it may be. */
export function requireOneOf<T>(option: string, value: T, allowed: readonly T[]): void {
  if (allowed.includes(value)) return
  throw new SessionConfigError(`\`${option}\` must be one of ${allowed.join(', ')}, not ${String(value)}.`)
}

/** @throws SessionConfigError naming the option and its range. */
export function requireInteger(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new SessionConfigError(`\`${option}\` must be a whole number from ${least} to ${most}, not ${String(value)}.`)
}

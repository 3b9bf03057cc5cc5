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

/** @throws SessionConfigError naming the option and what WebCrypto has. */
export function requireOnPlatform<T extends string>(option: string, value: T, available: readonly T[]): void {
  if (available.includes(value)) return
  throw new SessionConfigError(
    `\`${option}\` ${value} needs node:crypto, and this runtime has WebCrypto: run on Node.js, or set it to one of ${available.join(', ')} on both sides.`,
  )
}

import { SessionConfigError } from '../errors.ts'

/** @throws SessionConfigError unless the value is one of the words. */
export function oneOf(option: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'string' || !known.includes(value)) throw wrong(option, value, known.join(' | '))
}

/** @throws SessionConfigError unless the value is a whole number between two bounds. */
export function whole(option: string, value: unknown, least: number, most: number, unit = ''): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw wrong(option, value, `a whole number from ${least} to ${most}${unit}`)
}

export const wrong = (option: string, value: unknown, fix: string): SessionConfigError =>
  new SessionConfigError(
    `\`${option}\` is ${typeof value === 'string' ? JSON.stringify(value) : String(value)}; it must be ${fix}.`,
  )

import { SessionConfigError } from '../errors.ts'

/** An environment variable that is set. */
export interface Variable {
  readonly name: string
  readonly text: string
}

/** Turns the text of a variable into the value of an option, or refuses it. */
export type Parser<T> = (variable: Variable) => T

const longestShown = 60

/** @throws SessionConfigError naming the variable, what it holds and what it may hold. Not for secrets. */
export function refuse({ name, text }: Variable, allowed: string): never {
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
  throw new SessionConfigError(`${name} is ${JSON.stringify(shown)}, which is not allowed. Use ${allowed}.`)
}

/** Any text but a blank one, without the space around it. */
export function text(variable: Variable): string {
  return variable.text.trim() || refuse(variable, 'text that is not blank')
}

/** A switch as lua-resty-session reads it: on, off, 1, 0, true or false. */
export function flag(variable: Variable): boolean {
  return switchOf(variable) ?? refuse(variable, 'on, off, 1, 0, true or false')
}

export function flagOrAuto(variable: Variable): boolean | 'auto' {
  if (lower(variable) === 'auto') return 'auto'
  return switchOf(variable) ?? refuse(variable, 'on, off or auto')
}

/** One of a few words, in any case. `hint` ends the message about another one. */
export function oneOf<const Word extends string>(variable: Variable, words: readonly Word[], hint = ''): Word {
  return words.find((word) => word === lower(variable)) ?? refuse(variable, listOf(words) + hint)
}

/** `what` names the number and its unit in the message. */
export function count(variable: Variable, what: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  const number = digits(variable)
  if (number !== undefined && number >= min && number <= max) return number
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`
  return refuse(variable, `${what}, ${range}`)
}

/** A number that may have decimals. `what` names it and its unit in the message. */
export function decimal(variable: Variable, what: string, min: number, max: number): number {
  const number = /^\d*\.?\d+$/.test(variable.text.trim()) ? Number(variable.text) : Number.NaN
  return number >= min && number <= max ? number : refuse(variable, `${what}, ${min} to ${max}`)
}

export function seconds(variable: Variable): number {
  return count(variable, 'a whole number of seconds', 0)
}

export function secondsAboveZero(variable: Variable): number {
  return count(variable, 'a whole number of seconds', 1)
}

/** A waiting time. */
export function milliseconds(variable: Variable): number {
  return count(variable, 'a whole number of milliseconds', 1)
}

const sizeUnits: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** A size as nginx writes it: bytes, or with k, m or g behind the number. */
export function bytes(variable: Variable): number {
  const [, number, unit = ''] = /^(\d+)([kmg]?)$/.exec(lower(variable)) ?? []
  const size = Number(number) * (sizeUnits[unit] ?? 1)
  return Number.isSafeInteger(size) && size > 0 ? size : refuse(variable, 'a size such as 500k, 10m or 1g')
}

/** Text that is never shown in a message, and whose every character counts. */
export function secret(variable: Variable): string {
  return variable.text
}

/** Several texts with spaces or commas between them. */
export function textList(variable: Variable): readonly string[] {
  return text(variable).split(/[\s,]+/)
}

/** A deadline; `0` and `off` switch it off. */
export function secondsOrOff(variable: Variable): number | false {
  if (lower(variable) === 'off') return false
  const number = digits(variable) ?? refuse(variable, 'a whole number of seconds; 0 or off switches it off')
  return number === 0 ? false : number
}

/** Several secrets with commas between them. What it holds is never shown. */
export function secretList({ name, text }: Variable): readonly string[] {
  const secrets = text.split(',').map((secret) => secret.trim())
  if (secrets.includes('')) throw new SessionConfigError(`${name} has an empty entry. Put one comma between secrets.`)
  return secrets
}

/** `a, b or c`. */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

const lower = (variable: Variable): string => variable.text.trim().toLowerCase()

function switchOf(variable: Variable): boolean | undefined {
  if (['on', '1', 'true'].includes(lower(variable))) return true
  return ['off', '0', 'false'].includes(lower(variable)) ? false : undefined
}

function digits(variable: Variable): number | undefined {
  const number = /^\d+$/.test(variable.text.trim()) ? Number(variable.text) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}

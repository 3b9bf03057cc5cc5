import { SessionConfigError } from '../errors.ts'
import type { PartKind, PartTypes } from './named-part.ts'

const isFunction = (value: unknown): boolean => typeof value === 'function'

/** The methods of a kind of part; none for a part that is a function itself. */
const METHODS: Readonly<Record<PartKind, readonly string[]>> = {
  cipher: ['encrypt', 'decrypt'],
  hmac: ['sign'],
  serializer: ['serialize', 'deserialize'],
  compressor: ['compress', 'expand'],
  encoder: ['encode', 'decode'],
  identifier: [],
  strategy: [],
  store: ['keyOf', 'read', 'write', 'delete'],
  persistence: ['create'],
}

/** Whether a value has what every part of this kind has. */
export function isPart<Kind extends PartKind>(kind: Kind, value: unknown): value is PartTypes[Kind] {
  const methods = METHODS[kind]
  if (methods.length === 0) return isFunction(value)
  return (
    typeof value === 'object' && value !== null && methods.every((method) => isFunction(Reflect.get(value, method)))
  )
}

/** Names are joined by commas where they go into a key, and `none` and `-` say there that there is no such part. */
const NAME = /^[a-z\d][a-z\d.-]{0,63}$/i

/** @throws SessionConfigError for a name that cannot go into a key */
export function checkName(kind: PartKind, name: string): void {
  if (typeof name === 'string' && NAME.test(name) && !(kind === 'compressor' && name === 'none')) return
  const given = typeof name === 'string' ? JSON.stringify(name) : typeof name
  throw new SessionConfigError(
    `\`${kind}.name\` is ${given}; it must be letters, digits, - and ., at most 64, and not "none".`,
  )
}

/** @throws SessionConfigError for a length in bytes that is too short to be safe, or no length */
export function checkLength(option: string, length: number): void {
  if (Number.isInteger(length) && length >= 16 && length <= 64) return
  throw new SessionConfigError(`\`${option}\` is ${String(length)}; it must be a whole number from 16 to 64 bytes.`)
}

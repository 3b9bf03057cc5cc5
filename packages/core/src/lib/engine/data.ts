import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'

/** Caps on the shape of data: what a parser or a merge would have to pay for (CWE-770). */
const MAX_DEPTH = 64
const MAX_KEYS = 1000
const MAX_KEY_LENGTH = 256

/** What JSON cannot keep, and where. */
export interface DataFault {
  readonly path: string
  readonly problem: string
}

export type PlainObject = Record<string, unknown>

/** How data is written: {@link json}, or with a serializer of one's own. */
export interface DataFormat {
  /** The first value that would be changed, dropped or choked on. `undefined` in an object is an absent key. */
  findFault(data: unknown): DataFault | undefined
  /** The bytes of data without a fault. */
  encode(data: PlainObject): Bytes
  /** The object these bytes hold, or `undefined` when they hold anything else or anything that could not be saved. */
  decode(bytes: Bytes): PlainObject | undefined
  /** The object that bytes of ours hold. Shares nothing with any other. */
  parse(bytes: Bytes): PlainObject
  /** Whether two values that are not identical, and of which one is neither a plain object nor a list, are written the same. */
  isSame(a: unknown, b: unknown): boolean
  /** How many bytes a member takes. */
  sizeOf(key: string, value: unknown): number
}

/** Whether JSON writes this as an object and reads back the same. Prototypes of other realms count. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const parse = (bytes: Bytes): PlainObject => JSON.parse(platform.fromUtf8(bytes))

/** Strict JSON: what JSON would change is a fault. */
export const json: DataFormat = {
  findFault: (data) => findFault(data, jsonFault),
  encode: (data) => platform.toUtf8(JSON.stringify(data)),
  decode(bytes) {
    let value: unknown
    try {
      value = parse(bytes)
    } catch {
      return undefined
    }
    return isPlainObject(value) && !json.findFault(value) ? value : undefined
  },
  parse,
  isSame: () => false,
  sizeOf: (_key, value) => platform.toUtf8(JSON.stringify(value) ?? '').length,
}

/** What is wrong with a value that is neither a plain object nor a list. */
export type LeafCheck = (value: unknown) => DataFault | undefined

/** The first fault of an object within the caps on its shape. */
export function findFault(data: unknown, leaf: LeafCheck): DataFault | undefined {
  return isPlainObject(data) ? checkObject(data, 1, { keys: 0 }, leaf) : fault('it is not a plain object')
}

function jsonFault(value: unknown): DataFault | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      if (Object.is(value, -0)) return fault('-0 is not a JSON number')
      return Number.isFinite(value) ? undefined : fault(`${value} is not a JSON number`)
    case 'object':
      return value === null ? undefined : fault(`${value.constructor?.name ?? 'this object'} is not plain data`)
    default:
      return fault(`${typeof value} cannot be stored`)
  }
}

function check(value: unknown, depth: number, seen: { keys: number }, leaf: LeafCheck): DataFault | undefined {
  return Array.isArray(value) || isPlainObject(value) ? checkObject(value, depth, seen, leaf) : leaf(value)
}

function checkObject(
  value: PlainObject | readonly unknown[],
  depth: number,
  seen: { keys: number },
  leaf: LeafCheck,
): DataFault | undefined {
  if (depth > MAX_DEPTH) return fault(`deeper than ${MAX_DEPTH} levels, or it contains itself`)
  if (isList(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = check(value[index], depth + 1, seen, leaf)
      if (found) return { ...found, path: `[${index}]${joint(found.path)}` }
    }
    return undefined
  }
  for (const key of Object.keys(value)) {
    const member = value[key]
    const found = checkKey(key, seen) ?? (member === undefined ? undefined : check(member, depth + 1, seen, leaf))
    if (found) return { ...found, path: key + joint(found.path) }
  }
  return undefined
}

const isList: (value: unknown) => value is readonly unknown[] = Array.isArray

function checkKey(key: string, seen: { keys: number }): DataFault | undefined {
  if (key === '__proto__') return fault('this key is not allowed')
  if (key.length > MAX_KEY_LENGTH) return fault(`a key is longer than ${MAX_KEY_LENGTH} characters`)
  return ++seen.keys > MAX_KEYS ? fault(`more than ${MAX_KEYS} keys`) : undefined
}

export const fault = (problem: string): DataFault => ({ path: '', problem })
/** Where in the data, for messages; nothing where it is all of it. */
export const at = (path = ''): string => path && ` at \`${path}\``
const joint = (path: string): string => (path === '' || path.startsWith('[') ? path : `.${path}`)

import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import { SessionDataError } from '../errors.ts'

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

/** Whether JSON writes this as an object and reads back the same. Prototypes of other realms count. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export const encodeData = (data: object): Bytes => platform.toUtf8(JSON.stringify(data))

/** The object these bytes hold, or `undefined` when they hold anything else or anything that could not be saved. */
export function decodeData(bytes: Bytes): PlainObject | undefined {
  let value: unknown
  try {
    value = JSON.parse(platform.fromUtf8(bytes))
  } catch {
    return undefined
  }
  return isPlainObject(value) && !findFault(value) ? value : undefined
}

/** Throws `SessionDataError` naming the first path that JSON would change, drop or choke on. */
export function assertStorable(data: unknown): asserts data is PlainObject {
  const found = findFault(data)
  if (found) throw new SessionDataError(`Session data${at(found.path)}: ${found.problem}.`, found.path)
}

/** The object that bytes of ours hold. Shares nothing with any other. */
export const parseData = (bytes: Bytes): PlainObject => JSON.parse(platform.fromUtf8(bytes))

/** The first value that JSON would change, drop or choke on. `undefined` in an object is an absent key. */
export function findFault(data: unknown): DataFault | undefined {
  return isPlainObject(data) ? checkObject(data, 1, { keys: 0 }) : fault('it is not a plain object')
}

function check(value: unknown, depth: number, seen: { keys: number }): DataFault | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      if (Object.is(value, -0)) return fault('-0 is not a JSON number')
      return Number.isFinite(value) ? undefined : fault(`${value} is not a JSON number`)
    case 'object':
      return value === null ? undefined : checkObject(value, depth, seen)
    default:
      return fault(`${typeof value} cannot be stored`)
  }
}

function checkObject(value: object, depth: number, seen: { keys: number }): DataFault | undefined {
  if (depth > MAX_DEPTH) return fault(`deeper than ${MAX_DEPTH} levels, or it contains itself`)
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = check(value[index], depth + 1, seen)
      if (found) return { ...found, path: `[${index}]${joint(found.path)}` }
    }
    return undefined
  }
  if (!isPlainObject(value)) return fault(`${value.constructor?.name ?? 'this object'} is not plain data`)
  for (const key of Object.keys(value)) {
    const member = value[key]
    const found = checkKey(key, seen) ?? (member === undefined ? undefined : check(member, depth + 1, seen))
    if (found) return { ...found, path: key + joint(found.path) }
  }
  return undefined
}

function checkKey(key: string, seen: { keys: number }): DataFault | undefined {
  if (key === '__proto__') return fault('this key is not allowed')
  if (key.length > MAX_KEY_LENGTH) return fault(`a key is longer than ${MAX_KEY_LENGTH} characters`)
  return ++seen.keys > MAX_KEYS ? fault(`more than ${MAX_KEYS} keys`) : undefined
}

const fault = (problem: string): DataFault => ({ path: '', problem })
/** Where in the data, for messages; nothing where it is all of it. */
export const at = (path = ''): string => path && ` at \`${path}\``
const joint = (path: string): string => (path === '' || path.startsWith('[') ? path : `.${path}`)

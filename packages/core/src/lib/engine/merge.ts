import type { OnConflict } from '../contracts/options.ts'
import { type DataFormat, isPlainObject, json, type PlainObject } from './data.ts'

/** A three-way merge's result. Paths are like `cart.items`. */
export interface Merged {
  readonly data: PlainObject
  /** Where this side's value replaced one that the other side had changed. */
  readonly overwritten: readonly string[]
  /** Where no value is right; non-empty = do not write. */
  readonly conflicts: readonly string[]
}

const ABSENT = Symbol('absent')

/**
 * Merges what two requests made of the same data. Walks down plain objects; arrays and scalars are whole and an
 * absent key is a value. Where both sides changed a value, `policy` decides: `merge` lets the later write (mine)
 * stand between scalars and finds a conflict in lists and in different kinds, which have no later write.
 */
export function merge(
  base: PlainObject,
  mine: PlainObject,
  theirs: PlainObject,
  policy: OnConflict,
  format: Pick<DataFormat, 'isSame'> = json,
): Merged {
  const overwritten: string[] = []
  const conflicts: string[] = []

  const objects = (base: PlainObject, mine: PlainObject, theirs: PlainObject, path: string): PlainObject => {
    const members: [string, unknown][] = []
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      const value = values(member(base, key), member(mine, key), member(theirs, key), path ? `${path}.${key}` : key)
      if (value !== ABSENT) members.push([key, value])
    }
    // Where the app holds a key `__proto__`, it stays a key: assigned, it would be a prototype.
    return Object.fromEntries(members)
  }

  const values = (base: unknown, mine: unknown, theirs: unknown, path: string): unknown => {
    if (same(mine, base, format) || same(mine, theirs, format)) return theirs
    if (same(theirs, base, format)) return mine
    if (isPlainObject(mine) && isPlainObject(theirs))
      return objects(isPlainObject(base) ? base : {}, mine, theirs, path)
    if (policy === 'theirs') return theirs
    if (policy === 'throw' || (policy === 'merge' && !(isScalar(mine) && isScalar(theirs)))) {
      conflicts.push(path)
      return theirs
    }
    overwritten.push(path)
    return mine
  }

  return { data: objects(base, mine, theirs, ''), overwritten, conflicts }
}

/** `undefined` in an object is how code without `delete` says absent; JSON drops it. */
const member = (object: PlainObject, key: string): unknown =>
  Object.hasOwn(object, key) && object[key] !== undefined ? object[key] : ABSENT

/** A Map or an object of a class may hold much, like a list. */
const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null || value instanceof Date

/** Whether two values are the same as their format sees them. */
export function same(a: unknown, b: unknown, format: Pick<DataFormat, 'isSame'>): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) {
    // Spread, because `every` leaves out gaps.
    return Array.isArray(b) && a.length === b.length && [...a].every((item, index) => same(item, b[index], format))
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return format.isSame(a, b)
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => same(member(a, key), member(b, key), format))
}

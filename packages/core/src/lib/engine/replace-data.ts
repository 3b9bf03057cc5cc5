import type { DataFormat, PlainObject } from './data.ts'
import { same } from './merge.ts'

/**
 * The app's data object with other content. The app may hold on to it and to what is inside: the object stays, and so
 * does what is equal. What differs is exchanged, never changed, because an app may have put an object in here that all
 * requests share; one that it assigned whole (`isShared`) is left alone and a new one is returned.
 */
export function replaceData(
  data: PlainObject,
  isShared: boolean,
  content: PlainObject,
  format: Pick<DataFormat, 'isSame'>,
): PlainObject {
  const target = isShared ? { ...data } : data
  for (const key of Object.keys(target)) if (!Object.hasOwn(content, key)) delete target[key]
  for (const [key, value] of Object.entries(content)) if (!same(target[key], value, format)) target[key] = value
  return target
}

import { platform } from '#crypto'
import type { Serializer } from '../contracts/parts.ts'
import type { Bytes } from '../contracts/store.ts'
import { type DataFault, type DataFormat, fault, findFault, isPlainObject, type PlainObject } from './data.ts'

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

/** Data written by a serializer: within the same caps as JSON, but what it can keep, it decides. */
export function serializerFormat(serializer: Serializer): DataFormat {
  const { name } = serializer
  const encode = (data: object): Bytes => platform.toUtf8(serializer.serialize(data))
  const parse = (bytes: Bytes): PlainObject => serializer.deserialize(platform.fromUtf8(bytes)) as PlainObject

  /** What the serializer says itself. Text that is not well-formed would become another one in UTF-8. */
  const refused = (data: PlainObject): DataFault | undefined => {
    try {
      const text: unknown = serializer.serialize(data)
      if (typeof text !== 'string') return fault(`the serializer ${name} gave no text`)
      return platform.fromUtf8(platform.toUtf8(text)) === text
        ? undefined
        : fault(`the serializer ${name} gave text with half a surrogate pair`)
    } catch (error) {
      return fault(`the serializer ${name} refused it: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const faultOf = (data: unknown): DataFault | undefined =>
    findFault(data, () => undefined) ?? (isPlainObject(data) ? refused(data) : undefined)

  return {
    findFault: faultOf,
    encode,
    parse,
    decode(bytes) {
      try {
        const data: unknown = parse(bytes)
        return isPlainObject(data) && !findFault(data, () => undefined) ? data : undefined
      } catch {
        return undefined
      }
    },
    isSame(a, b) {
      if (!isObject(a) || !isObject(b)) return false
      try {
        return serializer.serialize({ value: a }) === serializer.serialize({ value: b })
      } catch {
        // The app may hold what cannot be written: it hears of it when it saves that.
        return false
      }
    },
    sizeOf: (key, value) => encode({ [key]: value }).length,
  }
}

import { SessionDataError } from '@sojourn/core'
import type { Bytes } from '@sojourn/core/persistence'
import { fromUtf8, toUtf8 } from '../shared/encoding.ts'
import { isObject, parseJson } from '../shared/json-text.ts'
import { type V4Entry, v4Entry } from '../v4/entries.ts'
import { joinV4Data, partV4Data, type V4Parts } from '../v4/info-keys.ts'
import type { Found } from './found.ts'
import type { Setup } from './setup.ts'

/** The entry of an audience. */
export const entryOf = (audience: string, { entries }: Pick<Found, 'entries'>): V4Entry | undefined =>
  entries.find((entry) => entry.audience === audience)

/** The data of an entry. Without a server storage, `session.info` is among what is written. */
export function partsOf({ data }: V4Entry, usesStorage: boolean): V4Parts {
  const value = parseJson(data)
  const object = isObject(value) ? value : {}
  return usesStorage ? { data: object, info: {} } : partV4Data(object)
}

/**
 * The data as the engine has it: JSON in the one form that JavaScript writes, for in another form it would count as
 * changed.
 */
export const dataBytesOf = (entry: V4Entry, { format }: Setup): Bytes =>
  toUtf8(JSON.stringify(partsOf(entry, format.usesStorage).data))

/** What a save writes as this audience's entry. */
export interface OwnContent {
  readonly data: Bytes
  readonly subject: string
  /** The entry as it stands. */
  readonly before: V4Entry | undefined
  /** These are still its data: written as they are, numbers that JavaScript cannot hold stay what they are. */
  readonly isUnchanged: boolean
}

/** @throws SessionDataError for a key that could not be told from one of lua-resty-session's own */
export function ownEntry({ context, format }: Setup, { data, subject, before, isUnchanged }: OwnContent): V4Entry {
  const text = before && isUnchanged ? before.data : writtenData(data, before, format.usesStorage)
  return v4Entry({ audience: context.audience, data: text, ...(subject !== '' && { subject }) })
}

function writtenData(bytes: Bytes, before: V4Entry | undefined, usesStorage: boolean): string {
  const text = fromUtf8(bytes) ?? '{}'
  if (usesStorage) return text
  const value = parseJson(text)
  const data = isObject(value) ? value : {}
  const joined = joinV4Data({ data, info: before ? partsOf(before, usesStorage).info : {} })
  if (joined) return JSON.stringify(joined)
  const key = Object.keys(data).find((name) => name.startsWith('$@')) ?? ''
  throw new SessionDataError(`Session data at \`${key}\`: lua-resty-session would read this key without its $.`, key)
}

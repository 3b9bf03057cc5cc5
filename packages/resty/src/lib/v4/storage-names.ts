import type { Bytes } from '@sojourn/core'
import { platform } from '#crypto'
import { base64url, toUtf8 } from '../shared/encoding.ts'
import { uriEscape } from '../shared/uri-escape.ts'

/** How a storage spells a name that consists of parts. */
export type V4NameStyle = 'redis' | 'memcached' | 'dshm' | 'shm'

export interface V4NameOptions {
  readonly style: V4NameStyle
  /** With its prefix `__Host-` or `__Secure-`, where it has one. */
  readonly cookieName: string
  readonly prefix?: string
  readonly suffix?: string
  /** `hash_storage_key`. Default off. */
  readonly hashStorageKey?: boolean
  /** `hash_subject`. Default off. */
  readonly hashSubject?: boolean
}

/** Of `hash_subject`. */
export const V4_SUBJECT_HASH_LENGTH = 16

/** What stands for a session in its storage: in the name of its record, and in the index. */
export const v4StorageKey = async (
  id: Bytes,
  { hashStorageKey }: Pick<V4NameOptions, 'hashStorageKey'>,
): Promise<string> => base64url.encode(hashStorageKey ? await platform.hash('sha256', id) : id)

/** The complete key of a session's record. */
export const v4RecordName = (storageKey: string, options: V4NameOptions): string =>
  joined([options.cookieName, storageKey], options)

/** The complete key of the index of a subject's sessions: `store_metadata`. */
export async function v4IndexName(audience: string, subject: string, options: V4NameOptions): Promise<string> {
  const bytes = toUtf8(subject)
  const name = options.hashSubject ? (await platform.hash('sha256', bytes)).subarray(0, V4_SUBJECT_HASH_LENGTH) : bytes
  return joined([options.cookieName, encoded(audience), base64url.encode(name)], options)
}

/**
 * Where lua-resty-session 4.1.5 puts a session with two or more audiences instead: under the subject as it is, also
 * with `hash_subject`. For finding such sessions; nothing should be written there.
 */
export const v4RawIndexName = (audience: string, subject: string, options: V4NameOptions): string =>
  joined([options.cookieName, encoded(audience), subject], options)

const encoded = (text: string): string => base64url.encode(toUtf8(text))

function joined(parts: readonly string[], { style, prefix, suffix }: V4NameOptions): string {
  const all = [prefix, ...parts, suffix].filter((part) => part !== undefined && part !== '')
  if (style === 'memcached') return uriEscape(all.join(':'))
  return style === 'dshm' ? all.map((part) => uriEscape(part ?? '')).join(':') : all.join(':')
}

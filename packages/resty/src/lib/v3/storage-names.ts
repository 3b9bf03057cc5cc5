import type { Bytes } from '@sojourn/core'
import { toUtf8 } from '../shared/encoding.ts'
import { uriEscape } from '../shared/uri-escape.ts'
import type { V3Settings } from './settings.ts'

/** The storages that a session can share with lua-resty-session 3.x. */
export type V3Storage = 'redis' | 'memcached' | 'shm' | 'dshm'

/** The complete key of a session's record. `prefix` is the `region` of DSHM; shm has none. */
export function v3RecordName(
  { encoding }: Pick<V3Settings, 'encoding'>,
  storage: V3Storage,
  id: Bytes,
  prefix = 'sessions',
): string {
  const key = encoding.encode(id)
  if (storage === 'shm') return key
  if (storage === 'dshm') return `${prefix}::${key}`
  return storage === 'memcached' ? uriEscape(`${prefix}:${key}`) : `${prefix}:${key}`
}

/** The complete key of a session's lock; DSHM has no locks. */
export const v3LockName = (recordName: string): string => `${recordName}.lock`

/** What is stored: the encrypted data as it is or, in DSHM, which holds text only, encoded. */
export const v3StoredValue = ({ encoding }: Pick<V3Settings, 'encoding'>, storage: V3Storage, data: Bytes): Bytes =>
  storage === 'dshm' ? toUtf8(encoding.encode(data)) : data

/** Undoes `v3StoredValue`; `undefined` when the text is no such value. */
export const v3StoredData = (
  { encoding }: Pick<V3Settings, 'encoding'>,
  storage: V3Storage,
  value: Bytes,
): Bytes | undefined => (storage === 'dshm' ? encoding.decode(new TextDecoder().decode(value)) : value)

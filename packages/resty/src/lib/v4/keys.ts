import type { Bytes } from '@sojourn/core'
import { platform } from '#crypto'
import type { MaybePromise } from '../crypto/types.ts'
import { concat, toUtf8 } from '../shared/encoding.ts'
import type { V4KeyMaterial } from './secrets.ts'

/** How much work it takes to try one secret on a remember cookie: `remember_safety`. */
export type V4RememberSafety = 'None' | 'Low' | 'Medium' | 'High' | 'Very High'

/** PBKDF2 iterations; about 0, 0.5, 3, 33 and 330 ms. */
const ITERATIONS: Readonly<Record<V4RememberSafety, number>> = {
  None: 0,
  Low: 1000,
  Medium: 10_000,
  High: 100_000,
  'Very High': 1_000_000,
}

export const V4_REMEMBER_SAFETIES: readonly V4RememberSafety[] = ['None', 'Low', 'Medium', 'High', 'Very High']

export interface V4EncryptionKey {
  readonly key: Bytes
  readonly iv: Bytes
}

const AUTHENTICATION = toUtf8('authentication:')
const ENCRYPTION = toUtf8('encryption:')
const KEY_LENGTH = 32
const IV_LENGTH = 12

export const v4AuthenticationKey = ({ hkdfKey }: V4KeyMaterial, id: Bytes): MaybePromise<Bytes> =>
  platform.hkdf(hkdfKey, concat(AUTHENTICATION, id), KEY_LENGTH)

export const v4EncryptionKey = async ({ hkdfKey }: V4KeyMaterial, id: Bytes): Promise<V4EncryptionKey> =>
  split(await platform.hkdf(hkdfKey, concat(ENCRYPTION, id), KEY_LENGTH + IV_LENGTH))

/** The same for a remember cookie. This is costly: only for an id that a MAC has vouched for. */
export async function v4RememberKey(
  material: V4KeyMaterial,
  id: Bytes,
  safety: V4RememberSafety,
): Promise<V4EncryptionKey> {
  const iterations = ITERATIONS[safety]
  if (iterations === 0) return v4EncryptionKey(material, id)
  return split(await platform.pbkdf2(material.ikm, concat(ENCRYPTION, id), iterations, KEY_LENGTH + IV_LENGTH))
}

const split = (bytes: Bytes): V4EncryptionKey => ({
  key: bytes.subarray(0, KEY_LENGTH),
  iv: bytes.subarray(KEY_LENGTH),
})

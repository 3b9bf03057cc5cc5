import type { Bytes } from '@sojourn/core/persistence'
import { platform } from '#crypto'
import { concat, toUtf8 } from '../shared/encoding.ts'
import { V4_ID_LENGTH } from '../v4/header.ts'
import type { V4KeyMaterial } from '../v4/secrets.ts'

const RANDOM_LENGTH = 24
const RESTORED = toUtf8('sojourn restored:')

/** 32 random bytes. */
export const newId = (): Bytes => platform.randomBytes(V4_ID_LENGTH)

/**
 * The id of a session that "remember me" has restored and nobody has signed in to since. The format has no place to say
 * so, and that there is an older remember cookie can be hidden by not sending it. So the last 8 bytes of such an id are
 * made from the other 24: random to everybody else, and covered by the MAC.
 */
export async function newRestoredId(material: V4KeyMaterial): Promise<Bytes> {
  const random = platform.randomBytes(RANDOM_LENGTH)
  return concat(random, await markOf(material, random))
}

export const isRestoredId = async (material: V4KeyMaterial, id: Bytes): Promise<boolean> =>
  platform.equal(await markOf(material, id.subarray(0, RANDOM_LENGTH)), id.subarray(RANDOM_LENGTH))

const markOf = async ({ hkdfKey }: V4KeyMaterial, random: Bytes): Promise<Bytes> =>
  platform.hkdf(hkdfKey, concat(RESTORED, random), V4_ID_LENGTH - RANDOM_LENGTH)

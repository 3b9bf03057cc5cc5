import type { Bytes } from '@sojourn/core/persistence'
import { platform } from '#crypto'
import { concat, toUtf8 } from '../shared/encoding.ts'
import { V4_ID_LENGTH } from '../v4/header.ts'
import type { V4KeyMaterial } from '../v4/secrets.ts'

const RANDOM_LENGTH = 24
const RESTORED = toUtf8('sojourn restored:')

/** 32 random bytes. */
export const newId = (): Bytes => platform.randomBytes(V4_ID_LENGTH)

/** Of a session that "remember me" has restored: the audience where somebody has signed in since, or `NOBODY`. */
export type FreshFor = string
/** No audience has this name. */
export const NOBODY: FreshFor = ''

/**
 * The id of a session that "remember me" has restored. The format has no place to say so, and that there is an older
 * remember cookie can be hidden by not sending it. So the last 8 bytes of such an id are made from the other 24: random
 * to everybody else, and covered by the MAC.
 */
export async function newRestoredId(material: V4KeyMaterial, freshFor: FreshFor): Promise<Bytes> {
  const random = platform.randomBytes(RANDOM_LENGTH)
  return concat(random, await markOf(material, random, freshFor))
}

/** Which of these a restored session is fresh for; `undefined`: by its id, it is not a restored one. */
export async function freshForOf(
  material: V4KeyMaterial,
  id: Bytes,
  candidates: readonly FreshFor[],
): Promise<FreshFor | undefined> {
  const [random, mark] = [id.subarray(0, RANDOM_LENGTH), id.subarray(RANDOM_LENGTH)]
  for (const candidate of candidates)
    if (platform.equal(await markOf(material, random, candidate), mark)) return candidate
  return undefined
}

const markOf = async ({ hkdfKey }: V4KeyMaterial, random: Bytes, freshFor: FreshFor): Promise<Bytes> =>
  platform.hkdf(hkdfKey, concat(RESTORED, random, toUtf8(freshFor)), V4_ID_LENGTH - RANDOM_LENGTH)

import type { Bytes } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'
import { type ExtractedKey, hash, hkdfExtract } from '../shared/crypto.ts'
import { toUtf8 } from '../shared/encoding.ts'

/** The `secret` of lua-resty-session, or its `ikm`. Text counts as UTF-8, without any prefix. */
export type V4Secret = string | Bytes | { readonly ikm: Bytes }

/** What all keys of a session are derived from. */
export interface V4KeyMaterial {
  readonly ikm: Bytes
  readonly extracted: ExtractedKey
}

const IKM_LENGTH = 32

/**
 * The key material of the secret and, behind it, of its fallbacks (`secret_fallbacks`, `ikm_fallbacks`).
 * @throws SessionConfigError naming a secret by its place, never by its value.
 */
export function v4KeyMaterials(secret: V4Secret | readonly V4Secret[]): readonly [V4KeyMaterial, ...V4KeyMaterial[]] {
  const list: readonly V4Secret[] = Array.isArray(secret) ? secret : [secret]
  const [first, ...fallbacks] = list.map((one, at) => {
    const ikm = ikmOf(one, at)
    return { ikm, extracted: hkdfExtract(ikm) }
  })
  if (!first) throw new SessionConfigError('`secret` is an empty list.')
  return [first, ...fallbacks]
}

function ikmOf(secret: V4Secret, at: number): Bytes {
  if (typeof secret === 'object' && 'ikm' in secret) {
    if (secret.ikm.length === IKM_LENGTH) return secret.ikm
    throw new SessionConfigError(`\`secret[${at}].ikm\` must have ${IKM_LENGTH} bytes.`)
  }
  if (secret.length > 0) return hash('sha256', typeof secret === 'string' ? toUtf8(secret) : secret)
  throw new SessionConfigError(`\`secret[${at}]\` is empty.`)
}

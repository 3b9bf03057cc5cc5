import type { Bytes } from '@sojourn/core'
import { SessionConfigError } from '@sojourn/core/store'
import { platform } from '#crypto'
import type { HkdfKey, MaybePromise } from '../crypto/types.ts'
import { toUtf8 } from '../shared/encoding.ts'

/** The `secret` of lua-resty-session, or its `ikm`. Text counts as UTF-8, without any prefix. */
export type V4Secret = string | Bytes | { readonly ikm: Bytes }

/** What all keys of a session are derived from. */
export interface V4KeyMaterial {
  readonly ikm: Bytes
  readonly hkdfKey: HkdfKey
}

/** Derives it when it is first asked for: WebCrypto cannot while a format is made. */
export type V4KeySource = () => Promise<V4KeyMaterial>

const IKM_LENGTH = 32

/**
 * The key material of the secret and, behind it, of its fallbacks (`secret_fallbacks`, `ikm_fallbacks`).
 * @throws SessionConfigError naming a secret by its place, never by its value.
 */
export function v4KeySources(secret: V4Secret | readonly V4Secret[]): readonly [V4KeySource, ...V4KeySource[]] {
  const list: readonly V4Secret[] = Array.isArray(secret) ? secret : [secret]
  const [first, ...fallbacks] = list.map(keySource)
  if (!first) throw new SessionConfigError('`secret` is an empty list.')
  return [first, ...fallbacks]
}

function keySource(secret: V4Secret, at: number): V4KeySource {
  const ikmOf = ikmSource(secret, at)
  let material: Promise<V4KeyMaterial> | undefined
  return () => {
    material ??= derive(ikmOf)
    return material
  }
}

async function derive(ikmOf: () => MaybePromise<Bytes>): Promise<V4KeyMaterial> {
  const ikm = await ikmOf()
  return { ikm, hkdfKey: await platform.hkdfKey(ikm) }
}

function ikmSource(secret: V4Secret, at: number): () => MaybePromise<Bytes> {
  if (typeof secret === 'object' && secret !== null && 'ikm' in secret) {
    const ikm = ArrayBuffer.isView(secret.ikm) ? new Uint8Array(secret.ikm) : undefined
    if (ikm?.length === IKM_LENGTH) return () => ikm
    throw new SessionConfigError(`\`secret[${at}].ikm\` must have ${IKM_LENGTH} bytes.`)
  }
  if (typeof secret !== 'string' && !ArrayBuffer.isView(secret))
    throw new SessionConfigError(`\`secret[${at}]\` is neither text nor bytes.`)
  if (secret.length === 0) throw new SessionConfigError(`\`secret[${at}]\` is empty.`)
  const bytes = typeof secret === 'string' ? toUtf8(secret) : new Uint8Array(secret)
  return () => platform.hash('sha256', bytes)
}

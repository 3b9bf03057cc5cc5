import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import type { ExtractedKey } from '../crypto/types.ts'
import { SessionConfigError } from '../errors.ts'

const KID_LENGTH = 4

/** One secret, ready for use: the key extracted from it, and the four bytes that name it in what it sealed. */
export interface Key {
  readonly kid: Bytes
  readonly prk: ExtractedKey
}

/** The newest secret seals; every secret opens what names it. */
export interface Keyring {
  readonly newest: Key
  /** The newest first. */
  readonly all: readonly Key[]
  /** By key id: the cost does not grow with the number of secrets, and no key is ever tried in vain. */
  find(kid: number): Key | undefined
}

/** The key id in `bytes`, as the number that `find` takes. */
export function kidAt(bytes: Bytes, offset: number): number {
  let kid = 0
  for (let at = offset; at < offset + KID_LENGTH; at++) kid = kid * 256 + (bytes[at] ?? 0)
  return kid
}

async function deriveKey(secret: Bytes): Promise<Key> {
  const prk = await platform.extract(platform.toUtf8('sojourn/1'), secret)
  const block = await platform.expand(prk, [platform.toUtf8('sojourn/1 kid')])
  return { kid: block.subarray(0, KID_LENGTH), prk }
}

/**
 * Derives the keys of secrets that `parseSecrets` has passed, the newest first.
 *
 * @throws SessionConfigError when two secrets have the same key id: one chance in 2^32.
 */
export async function createKeyring(secrets: readonly Bytes[]): Promise<Keyring> {
  const keys = await Promise.all(secrets.map(deriveKey))
  const byKid = new Map(keys.map((key) => [kidAt(key.kid, 0), key]))
  const [newest] = keys
  if (!newest || byKid.size < keys.length) {
    throw new SessionConfigError('`secret` holds no secret, or two with the same key id. Replace one of them.')
  }
  return { newest, all: keys, find: (kid) => byKid.get(kid) }
}

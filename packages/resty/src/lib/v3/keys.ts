import type { Bytes, ClientFacts, Seconds } from '@sojourn/core'
import { platform } from '#crypto'
import { concat, toOctets, toUtf8 } from '../shared/encoding.ts'
import { requireFacts } from '../shared/known-facts.ts'
import type { V3Aes, V3Settings } from './settings.ts'

/** What a cookie says in the open. */
export interface V3Claims {
  readonly id: Bytes
  readonly expires: Seconds
  /** With `idletime`: the session ends here unless it is used. */
  readonly usebefore?: Seconds
}

export interface V3Keys {
  /** What the keys are derived from, and what the hash covers before anything else. */
  readonly covered: Bytes
  readonly hmacKey: Bytes
}

const SALT_LENGTH = 8
const IV_LENGTH = 16
const GCM_IV_LENGTH = 12

/** The `regenerate` strategy leaves the time of expiry out. */
export async function v3Keys(
  settings: V3Settings,
  secret: Bytes,
  { id, expires, usebefore }: V3Claims,
): Promise<V3Keys> {
  const times = `${settings.strategy === 'default' ? expires : ''}${usebefore ?? ''}`
  const covered = concat(id, toUtf8(times))
  return { covered, hmacKey: await platform.hmac(settings.hmac, secret, covered) }
}

/**
 * EVP_BytesToKey of OpenSSL with the id as salt. For GCM lua-resty-string hands OpenSSL a nonce that is as long as the
 * key: 12 derived bytes, and zeros.
 */
export async function v3AesKey(aes: V3Aes, id: Bytes, hmacKey: Bytes): Promise<{ key: Bytes; iv: Bytes }> {
  const keyLength = aes.size / 8
  const ivLength = ivLengthOf(aes)
  const salt = Uint8Array.from({ length: SALT_LENGTH }, (_, at) => id[at % id.length] ?? 0)
  let derived: Bytes = new Uint8Array(0)
  for (let block = derived; derived.length < keyLength + ivLength; derived = concat(derived, block)) {
    block = await platform.hash(aes.hash, block, hmacKey, salt)
    for (let round = 1; round < aes.rounds; round++) block = await platform.hash(aes.hash, block)
  }
  const iv = derived.subarray(keyLength, keyLength + ivLength)
  if (aes.mode !== 'gcm') return { key: derived.subarray(0, keyLength), iv }
  const nonce = new Uint8Array(keyLength)
  nonce.set(iv)
  return { key: derived.subarray(0, keyLength), iv: nonce }
}

/**
 * What the hash covers of the client: the enabled checks, one after another.
 * @throws SessionConfigError when a fact is one that only the server could know and does not.
 */
export function v3SessionKey({ check }: V3Settings, facts: ClientFacts): Bytes {
  if (check.ssi) requireFacts('check.ssi', ['tlsSession'], facts)
  if (check.addr) requireFacts('check.addr', ['address'], facts)
  if (check.scheme) requireFacts('check.scheme', ['scheme'], facts)
  const { tlsSession = '', userAgent = '', address = '', scheme = '' } = facts
  const values = [check.ssi && tlsSession, check.ua && userAgent, check.addr && address, check.scheme && scheme]
  return toOctets(values.filter((value) => value).join(''))
}

function ivLengthOf({ mode }: V3Aes): number {
  if (mode === 'ecb') return 0
  return mode === 'gcm' ? GCM_IV_LENGTH : IV_LENGTH
}

import type { Bytes } from '../contracts/store.ts'
import { createEnvelope, type Envelope, type EnvelopeOptions } from '../envelope/envelope.ts'
import { createKeyring } from '../envelope/keyring.ts'

/** Bytes that count up. */
export const bytes = (length: number, start = 1): Bytes => Uint8Array.from({ length }, (_, at) => start + at)
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
/** A length in two bytes, then what it measures. */
export const lp = (value: Bytes): Bytes => Uint8Array.from([value.length >> 8, value.length, ...value])

export const OLD_SECRET: Bytes = bytes(32, 10)
export const NEW_SECRET: Bytes = bytes(40, 90)
export const ID: Bytes = bytes(32, 200)
export const PAYLOAD: Bytes = bytes(128)

/** An envelope under the old secret alone, unless `options` says otherwise. */
export async function envelopeOf(
  options: Partial<EnvelopeOptions> & { readonly secrets?: readonly Bytes[] } = {},
): Promise<Envelope> {
  const { secrets = [OLD_SECRET], ...rest } = options
  const keyring = await createKeyring(secrets)
  return createEnvelope({ keyring, name: '__Host-session', audience: 'shop', ...rest })
}

export const refused = (refusal: string): object => ({ ok: false, refusal })

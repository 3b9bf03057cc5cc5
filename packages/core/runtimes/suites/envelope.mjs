/**
 * The published vectors and the envelope itself, on the platform that `#crypto` resolves to here.
 * @import { Tests } from './tests.mjs'
 */
import { platform } from '#crypto'
import { createEnvelope, SUITE } from '../../src/lib/envelope/envelope.ts'
import { createKeyring } from '../../src/lib/envelope/keyring.ts'
import { decodeRecord, decodeState, encodeState } from '../../src/lib/envelope/payload.ts'
import vectors from '../../vectors/sojourn-1.json' with { type: 'json' }
import { same } from './tests.mjs'

const hex = (bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

async function envelopeOf({ secret, name, audience, suite = SUITE }) {
  return createEnvelope({ keyring: await createKeyring([bytes(vectors.secrets[secret].bytes)]), name, audience, suite })
}

/** The refusal of a vector's text or, where it opens, its payload. */
async function opened(vector) {
  const envelope = await envelopeOf(vector)
  const { purpose, text } = vector
  const result =
    purpose === 'record'
      ? await envelope.open(purpose, platform.fromBase64url(text), bytes(vector.id))
      : await envelope.openText(purpose, text)
  if (!result.ok) return result.refusal
  const decode = purpose === 'record' ? decodeRecord : decodeState
  return decode(result.payload, vector.now ?? vectors.now) ? hex(result.payload) : 'malformed'
}

/** @type {Tests} */
export const envelopeTests = {
  ...
}

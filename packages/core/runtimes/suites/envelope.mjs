/**
 * The published vectors and the envelope itself, on the platform that `#crypto` resolves to here.
 * @import { Tests } from './tests.mjs'
 */
import { platform } from '#crypto'
import { createEnvelope } from '../../src/lib/envelope/envelope.ts'
import { createKeyring } from '../../src/lib/envelope/keyring.ts'
import { decodeRecord, decodeState } from '../../src/lib/envelope/payload.ts'
import { defaultSealing } from '../../src/lib/envelope/sealing.ts'
import { subjectIndex } from '../../src/lib/envelope/subject-index.ts'
import vectors from '../../vectors/sojourn-1.json' with { type: 'json' }
import { holds, same } from './tests.mjs'

/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
/** @param {string} text */
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** @param {{ secret: string, name: string, audience: string, suite?: string }} context */
async function envelopeOf({ secret, name, audience, suite = defaultSealing.suite }) {
  const secrets = Object.entries(vectors.secrets).filter(([title]) => title === secret)
  const keyring = await createKeyring(secrets.map(([, value]) => bytes(value.bytes)))
  return createEnvelope({ keyring, name, audience, sealing: { ...defaultSealing, suite } })
}

/**
 * The payload of a vector's text in hex, or why it is refused.
 * @param {typeof vectors.sealed[number] | typeof vectors.refused[number]} vector
 */
async function opened(vector) {
  const envelope = await envelopeOf(vector)
  const ofRecord = vector.purpose === 'record'
  const result = ofRecord
    ? await envelope.open('record', platform.fromBase64url(vector.text), bytes(vector.id))
    : await envelope.openText(vector.purpose === 'session' ? 'session' : 'session-id', vector.text)
  if (!result.ok) return result.refusal
  const now = 'now' in vector && vector.now ? vector.now : vectors.now
  const decoded = ofRecord ? decodeRecord(result.payload, now) : decodeState(result.payload, now)
  return decoded ? hex(result.payload) : 'malformed'
}

/** @type {Tests} */
export const envelopeTests = {
  'the platform is WebCrypto': async () =>
    holds('it answers with promises', platform.sha256(bytes('')) instanceof Promise),

  'what is sealed is opened, and nothing else': async () => {
    const envelope = await envelopeOf({ secret: 'text', name: 'session', audience: '' })
    const payload = platform.randomBytes(1088)
    const text = await envelope.sealText('session', payload)
    const result = await envelope.openText('session', text)
    same('the payload', result.ok && hex(result.payload), hex(payload))
    for (let at = 0; at < text.length; at += 7) {
      const other = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
      holds(`character ${at} matters`, !(await envelope.openText('session', other)).ok)
    }
  },

  ...Object.fromEntries(
    vectors.sealed.map((vector) => [
      `sealed: ${vector.title}`,
      async () => {
        same('the payload', await opened(vector), vector.payload)
        const { randomBytes } = platform
        platform.randomBytes = () => bytes(vector.salt)
        const purpose = /** @type {import('../../src/lib/envelope/envelope.ts').Purpose} */ (vector.purpose)
        const sealed = (await envelopeOf(vector)).seal(purpose, bytes(vector.payload), bytes(vector.id))
        same(
          'what is sealed anew',
          hex(await sealed.finally(() => Object.assign(platform, { randomBytes }))),
          vector.sealed,
        )
      },
    ]),
  ),

  ...Object.fromEntries(
    vectors.refused.map((vector) => [
      `refused: ${vector.title}`,
      async () => same('the refusal', await opened(vector), vector.refusal),
    ]),
  ),

  'fingerprints and the index of a subject are those published': async () => {
    for (const vector of vectors.fingerprints) {
      same('the fingerprint', (await (await envelopeOf(vector)).fingerprint(bytes(vector.id)))(), vector.fingerprint)
    }
    for (const vector of vectors.indexKeys) {
      const [name] = await subjectIndex(await envelopeOf(vector)).names(vector.subject)
      same('the index key', name, vector.indexKey)
    }
    for (const vector of vectors.indexEntries) {
      const index = subjectIndex(await envelopeOf(vector))
      const [entry = ''] = await index.entries(bytes(vector.id))
      same('the index entry', entry, vector.entry)
      same('the id of the entry', hex((await index.idOf(entry, 0)) ?? bytes('')), vector.id)
    }
  },
}

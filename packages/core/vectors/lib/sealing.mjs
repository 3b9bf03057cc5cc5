import { createHash } from 'node:crypto'
import { registerHooks } from 'node:module'

const source = (path) => new URL(`../../src/lib/${path}.ts`, import.meta.url).href
const platforms = { '#crypto': source('crypto/node'), '#parts': source('crypto/node-part-primitives') }
registerHooks({
  resolve: (specifier, context, next) =>
    specifier in platforms ? { url: platforms[specifier], shortCircuit: true } : next(specifier, context),
})
const { platform } = await import(source('crypto/node'))
const { createEnvelope } = await import(source('envelope/envelope'))
const { defaultSealing } = await import(source('envelope/sealing'))
const { chooseParts } = await import(source('parts/choose-parts'))
const { createKeyring } = await import(source('envelope/keyring'))

export const SUITE = defaultSealing.suite
export const { encodeDead, encodeMoved, encodeState } = await import(source('envelope/payload'))

export const NOW = 1_800_000_000

export const hex = (bytes) => Buffer.from(bytes).toString('hex')

/** Bytes that look random and are the same at every run. */
export const digest = (text, length) => {
  const whole = createHash('sha512').update(`sojourn vector ${text}`).digest()
  return Uint8Array.from(Buffer.concat([whole, whole])).slice(0, length)
}

/** JSON of exactly this many bytes. */
export const json = (length) => Buffer.from(length < 8 ? '1'.repeat(length) : `{"a":"${'x'.repeat(length - 8)}"}`)

/** Every secret says "sojourn vector", by which the library refuses to use it. */
const secretBytes = {
  text: Buffer.from('sojourn vector one: a passphrase as plain text, ünïcode'),
  base64: Buffer.concat([
    Buffer.from('sojourn vector two: '),
    Buffer.from('fbefbeffff3e3f00010203', 'hex'),
    digest('pad', 9),
  ]),
  hex: Buffer.from('sojourn vector 3: exactly 32 byt'),
  long: Buffer.from(`sojourn vector four: ${'longer than a block of SHA-512, '.repeat(6)}`),
}
const asWritten = {
  text: (bytes) => bytes.toString(),
  base64: (bytes) => `base64:${bytes.toString('base64')}`,
  hex: (bytes) => `hex:${hex(bytes)}`,
  long: (bytes) => bytes.toString(),
}

const keyrings = {}
export const secrets = {}
for (const [name, bytes] of Object.entries(secretBytes)) {
  keyrings[name] = await createKeyring([bytes])
  secrets[name] = { secret: asWritten[name](bytes), bytes: hex(bytes), kid: hex(keyrings[name].newest.kid) }
}

export const inCookie = { secret: 'base64', name: '__Host-session', audience: '', purpose: 'session', id: '' }
export const inStore = { ...inCookie, purpose: 'record', id: hex(digest('id', 32)) }

/** The options that make a suite. */
function optionsOf(suite, encoder) {
  const [cipher, hmac, serializer, compressor] = suite.split(',')
  const [aes, size, mode] = /^aes-(\d+)-(\w+)$/.exec(cipher) ?? []
  const chosen = aes ? { aes: { size: Number(size), mode } } : { cipher }
  return { ...chosen, ...(hmac !== '-' && { hmac }), serializer, compressor, encoder }
}

export const envelopeOf = ({ secret, name, audience, suite = SUITE, encoder = 'base64url' }) => {
  const { sealing } = chooseParts(optionsOf(suite, encoder)).suite
  return createEnvelope({ keyring: keyrings[secret], name, audience, sealing })
}

let salts = 0

/** Seals with a salt that is known beforehand. */
export async function seal(context, payload) {
  const salt = digest(`salt ${salts++}`, 24)
  const { randomBytes } = platform
  platform.randomBytes = () => salt
  const envelope = envelopeOf(context)
  // Both draw their salt at once: while one is awaited, another file may draw.
  const sealing = envelope.seal(context.purpose, payload, Buffer.from(context.id, 'hex'))
  const writing = context.purpose !== 'record' && envelope.sealText(context.purpose, payload)
  platform.randomBytes = randomBytes
  const sealed = await sealing
  const text = (await writing) || platform.toBase64url(sealed)
  return { salt: hex(salt), payload: hex(payload), sealed: hex(sealed), text }
}

export const live = (changes = {}, data = json(20)) => ({
  claims: {
    id: digest('id', 32),
    began: NOW - 3000,
    rolled: NOW - 2000,
    touched: NOW - 1000,
    remember: false,
    stale: false,
    subject: '',
    bound: new Uint8Array(),
    dataVersion: 0,
    ...changes,
  },
  data,
})

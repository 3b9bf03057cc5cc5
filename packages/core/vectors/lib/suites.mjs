import { digest, encodeState, hex, inCookie, inStore, json, live, seal } from './sealing.mjs'

/** What other parts than the default ones make. Compressed bytes are those of one zlib; every inflater reads them. */
export const suites = []
export const suitesRefused = []

async function add(title, context, data = json(20)) {
  const whole = { ...inCookie, ...context }
  const state = live(whole.purpose === 'record' ? { id: digest('id', 32) } : {}, data)
  const { claims } = state
  const content = { kind: 'live', ...claims, id: hex(claims.id), bound: hex(claims.bound), data: hex(data) }
  const vector = { title, ...whole, content, ...(await seal(whole, encodeState(state))) }
  suites.push(vector)
  return vector
}

for (const suite of [
  'aes-128-gcm,-,json,none',
  'aes-192-gcm,-,json,none',
  'chacha20-poly1305,-,json,none',
  'aes-128-cbc,sha512,json,none',
  'aes-192-cbc,sha384,json,none',
  'aes-256-cbc,sha256,json,none',
  'aes-256-cbc,sha1,json,none',
  'aes-128-ctr,sha384,json,none',
  'aes-192-ctr,sha512,json,none',
  'aes-256-ctr,sha256,json,none',
  'none,sha256,json,none',
  'none,sha512,json,none',
]) {
  await add(suite, { suite })
}
for (const suite of [
  'aes-256-gcm,-,json,deflate',
  'aes-256-gcm,-,json,gzip',
  'chacha20-poly1305,-,json,deflate',
  'aes-256-cbc,sha256,json,gzip',
  'none,sha384,json,deflate',
]) {
  await add(`${suite}, compressed`, { suite }, json(3000))
  await add(`${suite}, too short to be compressed`, { suite })
}
await add('a record in aes-256-cbc', { ...inStore, suite: 'aes-256-cbc,sha256,json,none' })
await add('the default in hexadecimal', { suite: 'aes-256-gcm,-,json,none', encoder: 'hex' })
await add('aes-256-ctr in hexadecimal', { suite: 'aes-256-ctr,sha256,json,none', encoder: 'hex' })

const refuse = (refusal, title, { secret, name, audience, purpose, id, suite, encoder }, text) =>
  suitesRefused.push({ title, secret, name, audience, purpose, id, suite, ...(encoder && { encoder }), text, refusal })

/** The text with one bit of its bytes changed; a negative place counts from the end. */
function changed({ text }, at) {
  const bytes = Buffer.from(text, 'base64url')
  bytes[at < 0 ? bytes.length + at : at] ^= 0x20
  return bytes.toString('base64url')
}
for (const suite of [
  'aes-128-gcm,-,json,none',
  'chacha20-poly1305,-,json,none',
  'aes-256-cbc,sha256,json,none',
  'aes-256-ctr,sha256,json,none',
  'none,sha256,json,none',
  'none,sha512,json,none',
]) {
  const vector = await add(`${suite}, to be changed`, { suite })
  for (const [what, at] of [
    ['first byte of the salt', 5],
    ['last byte of the commitment', 60],
    ['first byte of the ciphertext', 61],
    ['last byte', -1],
  ]) {
    refuse('tampered', `${suite}: one bit changed in the ${what}`, vector, changed(vector, at))
  }
  const halved = Buffer.from(vector.text, 'base64url').subarray(0, 70).toString('base64url')
  refuse('malformed', `${suite}: shorter than any seal`, vector, halved)
  refuse('tampered', `${suite}: as another suite`, { ...vector, suite: 'aes-192-cbc,sha256,json,none' }, vector.text)
}
const inHex = suites.find(({ encoder }) => encoder === 'hex')
for (const [title, text] of [
  ['upper case', inHex.text.toUpperCase()],
  ['a digit more', `${inHex.text}0`],
  ['base64url', suites[0].text],
]) {
  refuse('malformed', `hexadecimal: ${title}`, inHex, text)
}

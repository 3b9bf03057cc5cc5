import {
  digest,
  encodeDead,
  encodeMoved,
  encodeState,
  hex,
  inCookie,
  inStore,
  json,
  live,
  NOW,
  seal,
} from './sealing.mjs'

export const refused = []

const genuine = await seal(inCookie, encodeState(live({}, json(100))))
const { text } = genuine
const bytes = Buffer.from(genuine.sealed, 'hex')

function refuse(refusal, title, value, context = {}) {
  refused.push({ title, ...inCookie, ...context, text: value, refusal })
}

/** The genuine bytes with some of them set to other values, by their place. */
function withBytes(original, values) {
  const copy = Buffer.from(original)
  for (const [at, value] of Object.entries(values)) copy[at] = value
  return copy
}
const asText = (value) => Buffer.from(value).toString('base64url')

const tooLong = await seal(inCookie, encodeState(live({}, json(64 * 430))))
const lastCode = text.charCodeAt(text.length - 1)
for (const [title, value] of [
  ['nothing', ''],
  ['version 0x00', asText(withBytes(bytes, { 0: 0 }))],
  ['version 0x52, which has the same first character', asText(withBytes(bytes, { 0: 0x52 }))],
  ['version 0x54', asText(withBytes(bytes, { 0: 0x54 }))],
  ['the last character is missing', text.slice(0, -1)],
  ['one character more', `${text}A`],
  ['a header and a tag with nothing between', asText(bytes.subarray(0, 77))],
  ['a twin that decodes to the same bytes', text.slice(0, -1) + String.fromCharCode(lastCode + 1)],
  ['padding', `${text}=`],
  ['a line break at the end', `${text}\n`],
  ['the other base64 alphabet', text.replaceAll('-', '+').replaceAll('_', '/')],
  ['a character of the other alphabet within the key id', `${text.slice(0, 3)}+${text.slice(4)}`],
  ['a space for a character', `${text.slice(0, 100)} ${text.slice(101)}`],
  ['a letter that is not ASCII', `${text.slice(0, 100)}Ł${text.slice(101)}`],
  ['longer than 36,864 characters', tooLong.text],
]) {
  refuse('malformed', title, value)
}

refuse('unknown-key', 'the key id of another secret', text, { secret: 'text' })
refuse('unknown-key', 'the same with a space in it', `${text.slice(0, 100)} ${text.slice(101)}`, { secret: 'text' })
refuse('unknown-key', 'one bit of the key id changed', asText(withBytes(bytes, { 4: bytes[4] ^ 1 })))
refuse('unknown-key', 'a key id of zeros', asText(withBytes(bytes, { 1: 0, 2: 0, 3: 0, 4: 0 })))

for (const [what, at] of [
  ['first byte of the salt', 5],
  ['last byte of the salt', 28],
  ['first byte of the commitment', 29],
  ['last byte of the commitment', 60],
  ['first byte of the ciphertext', 61],
  ['last byte of the ciphertext', bytes.length - 17],
  ['first byte of the tag', bytes.length - 16],
  ['last byte of the tag', bytes.length - 1],
]) {
  refuse('tampered', `one bit changed in the ${what}`, asText(withBytes(bytes, { [at]: bytes[at] ^ 0x80 })))
}
refuse('tampered', 'a whole block is missing', asText(bytes.subarray(0, -64)))
refuse('tampered', 'a whole block more', asText(Buffer.concat([bytes, Buffer.alloc(64)])))
refuse('tampered', 'another name', text, { name: '__Host-session2' })
refuse('tampered', 'another audience', text, { audience: 'shop' })
refuse('tampered', 'another purpose', text, { purpose: 'session-id' })
refuse('tampered', 'another suite', text, { suite: 'chacha20-poly1305,-,json,none' })
const divided = await seal({ ...inCookie, name: 'ab', audience: 'c' }, encodeState(live()))
refuse('tampered', '("ab", "c") opened as ("a", "bc")', divided.text, { name: 'a', audience: 'bc' })
const record = await seal(inStore, encodeState(live()))
refuse('tampered', 'a record under another id', record.text, { ...inStore, id: hex(digest('other id', 32)) })
refuse('tampered', 'a record as a cookie', record.text)
refuse('tampered', 'a cookie as a record', text, inStore)

/** Genuinely sealed, but with a payload that no encoder makes. */
async function refusePayload(title, payload, context = inCookie) {
  refuse('malformed', title, (await seal(context, payload)).text, context)
}
const good = encodeState(live({ subject: 'ada' }))
const subjectAt = 5 + 32 + 15
const dataAt = subjectAt + 2 + 3
const block = Buffer.alloc(64)
for (const [title, payload] of [
  ['layout 0', withBytes(good, { 0: 0 })],
  ['layout 4', withBytes(good, { 0: 4 })],
  ['layout 255', withBytes(good, { 0: 255 })],
  ['unknown flag 8', withBytes(good, { 1: 8 })],
  ['unknown flag 128', withBytes(good, { 1: 128 })],
  ['the flag of bound facts without them', withBytes(good, { 1: 4 })],
  ['padding that is not zero', withBytes(good, { [good.length - 1]: 1 })],
  ['a block of padding too many', Buffer.concat([good, block])],
  ['an id of 15 bytes', encodeState(live({ id: digest('id', 15) }))],
  ['an id of 65 bytes', encodeState(live({ id: digest('id', 65) }))],
  ['rolled before it began', encodeState(live({ rolled: NOW - 3001 }))],
  ['touched before it was rolled', encodeState(live({ touched: NOW - 2001 }))],
  ['touched more than one minute ahead', encodeState(live({ touched: NOW + 61 }))],
  ['a subject that leads beyond the end', withBytes(good, { [subjectAt]: 255 })],
  ['data that leads beyond the end', withBytes(good, { [dataAt]: 255 })],
  ['data shorter than what is there', withBytes(good, { [dataAt + 3]: 19 })],
  ['a subject that is not UTF-8', withBytes(good, { [subjectAt + 2]: 0xff })],
  ['a moved record in a cookie', encodeMoved({ successor: digest('successor', 32), until: NOW })],
  ['a dead record in a cookie', encodeDead({ until: NOW })],
]) {
  await refusePayload(title, payload)
}
const moved = encodeMoved({ successor: digest('successor', 32), until: NOW })
const dead = encodeDead({ until: NOW })
for (const [title, payload] of [
  ['moved to an id of 15 bytes', encodeMoved({ successor: digest('id', 15), until: NOW })],
  ['moved, with a block of padding too many', Buffer.concat([moved, block])],
  ['moved, with padding that is not zero', withBytes(moved, { 63: 1 })],
  ['dead, with a block of padding too many', Buffer.concat([dead, block])],
  ['dead, with padding that is not zero', withBytes(dead, { 63: 1 })],
]) {
  await refusePayload(title, payload, inStore)
}

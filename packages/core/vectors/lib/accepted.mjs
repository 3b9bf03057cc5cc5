import { subjectIndex } from '../../src/lib/envelope/subject-index.ts'
import {
  digest,
  encodeDead,
  encodeMoved,
  encodeState,
  envelopeOf,
  hex,
  inCookie,
  inStore,
  json,
  live,
  NOW,
  seal,
  secrets,
} from './sealing.mjs'

export const sealed = []

async function add(title, context, content, payload) {
  const whole = { ...inCookie, ...context }
  sealed.push({ title, ...whole, content, ...(await seal(whole, payload)) })
}

function addLive(title, context, state) {
  const { claims, data } = state
  const shown = { kind: 'live', ...claims, id: hex(claims.id), bound: hex(claims.bound), data: hex(data) }
  return add(title, context, shown, encodeState(state))
}

for (const secret of Object.keys(secrets)) await addLive(`secret: ${secret}`, { secret }, live())
for (const [title, name, audience] of [
  ['a prefixed name, and an audience that is a URL', '__Secure-app.example', 'https://shop.example.org/é'],
  ['empty name and audience', '', ''],
  ['name and audience ("ab", "c")', 'ab', 'c'],
  ['name and audience ("a", "bc")', 'a', 'bc'],
]) {
  await addLive(title, { name, audience }, live())
}
for (const length of [0, 1, 63, 64, 1024, 2800]) await addLive(`${length} bytes of data`, {}, live({}, json(length)))
const bound = digest('bound', 16)
const far = 2 ** 40 - 1
for (const [title, changes] of [
  ['an id of 16 bytes', { id: digest('id', 16) }],
  ['an id of 33 bytes', { id: digest('id', 33) }],
  ['an id of 64 bytes', { id: digest('id', 64) }],
  ['remember', { remember: true }],
  ['remember and stale', { remember: true, stale: true }],
  ['bound facts', { bound }],
  ['a subject', { subject: 'ada@example.org' }],
  ['a subject in several scripts', { subject: '\ufeffžluťoučký 漢字 😀' }],
  ['everything at once', { subject: 'ada', bound, remember: true, stale: true, dataVersion: 65_535 }],
  ['touched one minute ahead', { touched: NOW + 60 }],
]) {
  await addLive(title, {}, live(changes))
}
await addLive('times beyond 32 bits', { now: far }, live({ began: far - 2 ** 39, rolled: far - 1, touched: far }))
await addLive('the cookie of a session in a store', { purpose: 'session-id' }, live({ subject: 'ada' }, json(0)))
for (const length of [16, 32, 64]) {
  const id = digest('id', length)
  await addLive(`a record under an id of ${length} bytes`, { ...inStore, id: hex(id) }, live({ id, subject: 'ada' }))
}
for (const length of [16, 32, 58]) {
  const moved = { successor: digest('successor', length), until: NOW + 10 }
  const content = { kind: 'moved', until: moved.until, successor: hex(moved.successor) }
  await add(`moved to an id of ${length} bytes`, inStore, content, encodeMoved(moved))
}
await add('dead', inStore, { kind: 'dead', until: NOW + 60 }, encodeDead({ until: NOW + 60 }))

export const fingerprints = []
export const indexKeys = []
export const indexEntries = []
for (const [secret, name, audience] of [
  ['text', '__Host-session', ''],
  ['base64', 'ab', 'c'],
  ['base64', 'a', 'bc'],
  ['long', 'session', 'shop'],
]) {
  const envelope = envelopeOf({ secret, name, audience })
  for (const length of [16, 32, 64]) {
    const id = digest('id', length)
    fingerprints.push({ secret, name, audience, id: hex(id), fingerprint: (await envelope.fingerprint(id))() })
  }
  const index = subjectIndex(envelope)
  for (const subject of ['ada', 'žluťoučký 漢字 😀']) {
    const [indexKey] = await index.names(subject)
    indexKeys.push({ secret, name, audience, subject, indexKey })
  }
  for (const length of [16, 32, 64]) {
    const id = digest('id', length)
    const [entry] = await index.entries(id)
    indexEntries.push({ secret, name, audience, id: hex(id), entry })
  }
}

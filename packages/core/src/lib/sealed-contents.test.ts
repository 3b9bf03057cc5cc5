import { describe, expect, it, test } from 'vitest'
import { memoryStore } from '../index.ts'
import type { Claims, Refusal } from './contracts/state.ts'
import type { Bytes } from './contracts/store.ts'
import { HeaderJar } from './cookies/jar.ts'
import { createEnvelope, type Envelope } from './envelope/envelope.ts'
import { createKeyring } from './envelope/keyring.ts'
import { encodeDead, encodeMoved, encodeState } from './envelope/payload.ts'
import { parseSecrets } from './envelope/secrets.ts'
import { randomFrom } from './test-support/random.ts'
import { Clock, SECRET, testSessions } from './test-support/sessions.ts'

/** Whoever has the secret, or found another way to have things sealed, still meets a parser that trusts nothing. */
const envelopeOfServer = async (): Promise<Envelope> =>
  createEnvelope({ keyring: await createKeyring(parseSecrets(SECRET)), name: 'session', audience: '' })

const NOW = new Clock().now() / 1000
const text = (value: string): Bytes => new Uint8Array(new TextEncoder().encode(value))
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const keys = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])))

const claims = (changes: Partial<Claims> = {}): Claims => ({
  id: new Uint8Array(32).fill(7),
  began: NOW,
  rolled: NOW,
  touched: NOW,
  remember: false,
  stale: false,
  subject: 'ann',
  bound: new Uint8Array(),
  dataVersion: 0,
  ...changes,
})

/** Opens a cookie with this payload, sealed with the real key. */
async function openCookie(payload: Bytes) {
  const { sessions, events } = testSessions()
  const value = await (await envelopeOfServer()).sealText('session', payload)
  const jar = new HeaderJar(`session=${value}`)
  const session = await sessions.open({ jar })
  return { session, events, jar }
}

/** Opens a session whose record has this payload, sealed with the real key. */
async function openRecord(payload: Bytes, cookie = encodeState({ claims: claims(), data: text('') })) {
  const store = memoryStore({ name: 'sealed-contents', now: new Clock().now })
  const { sessions, events } = testSessions({ store })
  const envelope = await envelopeOfServer()
  const key = Buffer.from(await crypto.subtle.digest('SHA-256', claims().id)).toString('base64url')
  await store.write(store.keyOf(key), await envelope.seal('record', payload, claims().id), NOW + 1000, 'any')
  const jar = new HeaderJar(`session=${await envelope.sealText('session-id', cookie)}`)
  const session = await sessions.open({ jar })
  await store[Symbol.asyncDispose]()
  return { session, events, jar }
}

describe.each([
  ['a cookie', openCookie],
  ['a record', openRecord],
] as const)('sealed into %s with the real key', (_, open) => {
  it('a session opens', async () => {
    const { session } = await open(encodeState({ claims: claims(), data: text('{"a":1}') }))
    expect(session).toMatchObject({ present: true, subject: 'ann', data: { a: 1 } })
  })

  test.each<[string, string]>([
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"admin"'],
    ['a list', '[{"a":1}]'],
    ['two objects', '{}{}'],
    ['JavaScript', '{a:1}'],
    ['NUL', '\0'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__ further down', '{"a":[{"b":{"__proto__":{"admin":true}}}]}'],
    ['__proto__ in escapes', '{"\\u005f_proto__":{"admin":true}}'],
    ['65 levels', nested(65)],
    ['10,000 levels of lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['10,000 levels, not closed', '{"a":'.repeat(1500)],
    ['1,001 keys', keys(1001)],
    ['a key of 257 characters', `{"${'k'.repeat(257)}":1}`],
    ['a number beyond all numbers', '{"a":1e999}'],
    ['minus zero', '{"a":-0}'],
  ])('data that is %s is malformed', async (_, data) => {
    const { session, events, jar } = await open(encodeState({ claims: claims(), data: text(data) }))
    expect(session).toMatchObject({ present: false, refusal: 'malformed', subject: undefined, data: {} })
    expect(events).toEqual([{ type: 'refused', reason: 'malformed' }])
    expect(jar.lines).toEqual([])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  it('R43: members named like those of objects change no prototype', async () => {
    const data = '{"constructor":{"prototype":{"admin":true}},"prototype":{"admin":true},"toString":1}'
    const { session } = await open(encodeState({ claims: claims(), data: text(data) }))
    expect(Object.keys(session.data)).toEqual(['constructor', 'prototype', 'toString'])
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  test.each<[string, Partial<Claims>, Refusal]>([
    ['used ten years from now', { touched: NOW + 315_360_000 }, 'malformed'],
    ['used 61 seconds from now', { touched: NOW + 61 }, 'malformed'],
    ['begun after it was renewed', { began: NOW + 1, touched: NOW + 2 }, 'malformed'],
    ['renewed after it was used', { rolled: NOW + 1 }, 'malformed'],
    ['of the end of time', { began: 2 ** 40 - 1, rolled: 2 ** 40 - 1, touched: 2 ** 40 - 1 }, 'malformed'],
    ['of 1970', { began: 0, rolled: 0, touched: 0 }, 'expired-absolute'],
    ['begun in 1970 and used now', { began: 0 }, 'expired-absolute'],
    ['not renewed for an hour', { began: NOW - 3600, rolled: NOW - 3600 }, 'expired-rolling'],
    ['not used for a quarter of an hour', { began: NOW - 900, rolled: NOW - 900, touched: NOW - 900 }, 'expired-idle'],
    ['remembered since 1970', { began: 0, rolled: 0, touched: 0, remember: true, stale: true }, 'expired-absolute'],
    ['of another version of the data', { dataVersion: 1 }, 'schema'],
  ])('B49: a session %s is refused', async (_, changes, refusal) => {
    const { session } = await open(encodeState({ claims: claims(changes), data: text('{}') }))
    expect(session).toMatchObject({ present: false, refusal, subject: undefined })
  })

  it('whatever else is in the payload, nothing is thrown and nothing polluted', async () => {
    const random = randomFrom(45)
    const whole = encodeState({ claims: claims(), data: text('{"list":[1,{"a":true}],"text":"value"}') })
    const outcomes = new Set<string>()
    for (let nth = 0; nth < 250; nth++) {
      const payload = random.int(4) === 0 ? new Uint8Array(64 * (1 + random.int(4))) : new Uint8Array(whole)
      for (let changes = 1 + random.int(3); changes > 0; changes--) {
        const at = random.int(random.pick([64, payload.length]))
        payload[at] = (payload[at] ?? 0) ^ (1 << random.int(8))
      }
      const { session } = await open(payload)
      outcomes.add(session.refusal ?? 'opened')
      expect(Object.getPrototypeOf(session.data)).toBe(Object.prototype)
      if (!session.present) expect(session.data).toEqual({})
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['opened', 'malformed']))
  })
})

describe('sealed with the real key for another place', () => {
  it('a tombstone or a pointer is no session in a cookie', async () => {
    for (const payload of [encodeDead({ until: NOW + 60 }), encodeMoved({ successor: claims().id, until: NOW + 60 })])
      expect((await openCookie(payload)).session.refusal).toBe('malformed')
  })

  it('a tombstone or a pointer is no id in a cookie', async () => {
    const record = encodeState({ claims: claims(), data: text('{}') })
    for (const payload of [encodeDead({ until: NOW + 60 }), encodeMoved({ successor: claims().id, until: NOW + 60 })])
      expect((await openRecord(record, payload)).session.refusal).toBe('malformed')
  })

  it('a pointer that leads to itself is followed for a while, and ends', async () => {
    const { session } = await openRecord(encodeMoved({ successor: claims().id, until: NOW + 60 }))
    expect(session).toMatchObject({ present: false, refusal: 'destroyed' })
  })

  it('a pointer leads nowhere from the second on at which its grace ends', async () => {
    const successor = new Uint8Array(32).fill(8)
    const open = async (until: number) => (await openRecord(encodeMoved({ successor, until }))).session.refusal
    expect(await open(NOW + 1)).toBe('not-found')
    expect(await open(NOW)).toBe('destroyed')
  })

  it('the subject and data of an id’s cookie count for nothing: the record says who it is', async () => {
    const cookie = encodeState({ claims: claims({ subject: 'admin' }), data: text('{"admin":true}') })
    const { session } = await openRecord(encodeState({ claims: claims(), data: text('{"a":1}') }), cookie)
    expect(session).toMatchObject({ subject: 'ann', data: { a: 1 } })
  })
})

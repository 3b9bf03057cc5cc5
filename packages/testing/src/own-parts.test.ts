import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createSessions, memoryStore, type SessionOptions, sessionOptionsFromEnv } from '@sojourn/core'
import type { Parts } from '@sojourn/core/parts'
import { describe, expect, test } from 'vitest'
import {
  testCipher,
  testCompressor,
  testCookieJar,
  testEncoder,
  testHmac,
  testIdentifier,
  testPersistence,
  testSerializer,
  testStrategy,
} from './index.ts'
import { base32 } from './lib/test-support/own-parts/base32.ts'
import { brotli } from './lib/test-support/own-parts/brotli.ts'
import { devalue } from './lib/test-support/own-parts/devalue.ts'
import { everyTenMinutes } from './lib/test-support/own-parts/every-ten-minutes.ts'
import { ocb } from './lib/test-support/own-parts/ocb.ts'
import { opaqueIds } from './lib/test-support/own-parts/opaque-ids.ts'
import { sha3 } from './lib/test-support/own-parts/sha3.ts'
import { timedIds } from './lib/test-support/own-parts/timed-ids.ts'

testCipher({ name: 'AES-256-OCB', create: () => ocb })
testHmac({ name: 'SHA3-256', create: () => sha3 })
testSerializer({
  name: 'devalue',
  create: () => devalue,
  keeps: [{ at: new Date(0), seen: new Map([['a', new Set([1n])]]), list: [undefined, -0, Number.NaN], match: /a+/gi }],
  refuses: [{ user: new (class User {})() }],
})
testCompressor({ name: 'Brotli', create: () => brotli })
testEncoder({ name: 'base32', create: () => base32 })
testIdentifier({ name: 'timed', create: () => timedIds, lengths: [32, 64] })
testStrategy({ name: 'ten minutes', create: () => everyTenMinutes })
let stores = 0
testPersistence({
  name: 'opaque ids',
  create: () => opaqueIds,
  store: ({ now }) => memoryStore({ name: `opaque ids ${stores++}`, now }),
})

const memory = () => memoryStore({ name: `own parts ${stores++}` })
type Kind = Exclude<keyof Parts, 'store' | 'persistence'>
const own: { readonly [K in Kind]-?: NonNullable<Parts[K]>[string] } = {
  cipher: ocb,
  hmac: sha3,
  serializer: devalue,
  compressor: brotli,
  encoder: base32,
  identifier: timedIds,
  strategy: everyTenMinutes,
}
type Options = Omit<SessionOptions<Record<string, unknown>>, 'schema'>
/** An HMAC is for a cipher that does not authenticate. */
const beside = (kind: string): Options => (kind === 'hmac' ? { cipher: 'none' } : {})
const secret = crypto.getRandomValues(new Uint8Array(32))

/** A session of these options, and what `describe()` says of its parts. */
async function kept(options: Options): Promise<unknown> {
  const sessions = createSessions<Record<string, unknown>>({ secret, ...options })
  const jar = testCookieJar()
  const session = await sessions.open({ jar })
  session.data['notes'] = 'tea, please. '.repeat(100)
  await session.save()
  expect((await sessions.open({ jar: jar.next() })).data).toEqual({ notes: 'tea, please. '.repeat(100) })
  const { parts, persistence, store, strategy, format } = sessions.describe()
  return { parts, persistence, store, strategy, format }
}

describe.each(Object.keys(own) as Kind[])('a %s of one’s own', (kind) => {
  const registry = { [kind]: { mine: own[kind] } } as Parts

  test('is chosen as it is, by the name it has in `parts`, and by an environment variable', async () => {
    const asObject = await kept({ ...beside(kind), [kind]: own[kind] })
    const byName = await kept({ ...beside(kind), [kind]: 'mine', parts: registry })
    const cipher = kind === 'hmac' ? 'none' : ''
    const env = { SESSION_CIPHER: cipher, [`SESSION_${kind.toUpperCase()}`]: 'mine' }
    const byVariable = await kept(sessionOptionsFromEnv(env, { parts: registry }))
    expect(byName).toEqual(asObject)
    expect(byVariable).toEqual(asObject)
    if (kind !== 'strategy') expect(asObject).not.toEqual(await kept(beside(kind)))
  })
})

describe('a store of one’s own', () => {
  test('is chosen as it is, by the name it has in `parts`, and by an environment variable', async () => {
    const mysql = memory()
    const expected = await kept({ store: mysql })
    expect(await kept({ store: 'mysql', parts: { store: { mysql } } })).toEqual(expected)
    const fromEnv = sessionOptionsFromEnv({ SESSION_STORAGE: 'mysql' }, { parts: { store: { mysql } } })
    expect(await kept(fromEnv)).toEqual(expected)
    expect(expected).toMatchObject({ persistence: 'record', store: mysql.name })
  })
})

describe('a persistence of one’s own', () => {
  test('is chosen as it is, by the name it has in `parts`, and by an environment variable', async () => {
    const parts = { persistence: { opaque: opaqueIds } }
    const expected = await kept({ persistence: opaqueIds, store: memory() })
    expect(await kept({ persistence: 'opaque', parts, store: memory() })).toEqual(expected)
    expect(await kept({ ...sessionOptionsFromEnv({ SESSION_FORMAT: 'opaque' }, { parts }), store: memory() })).toEqual(
      expected,
    )
    expect(expected).toMatchObject({ format: 'opaque-ids' })
  })

  test('that seals natively takes all the parts', async () => {
    const { strategy: _, ...parts } = own
    const options = { ...parts, cipher: 'none', persistence: opaqueIds, store: memory() }
    expect(await kept(options)).toMatchObject({
      parts: { cipher: 'none', hmac: 'sha3-256', serializer: 'devalue-5', compressor: 'brotli' },
    })
  })
})

test('all parts of one’s own work together', async () => {
  expect(await kept({ ...own, cipher: 'none', store: memory() })).toMatchObject({
    parts: { cipher: 'none', hmac: 'sha3-256', compressor: 'brotli', encoder: 'base32', identifier: 'own function' },
  })
})

describe('the examples of docs/parts.md', () => {
  const docs = new URL('../../../docs/parts.md', import.meta.url)
  const folder = new URL('./lib/test-support/own-parts/', import.meta.url)

  test.each(readdirSync(folder))('are what is tested here: %s', (name) => {
    expect(existsSync(docs)).toBe(true)
    expect(readFileSync(docs, 'utf8')).toContain(readFileSync(new URL(name, folder), 'utf8'))
  })
})

import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { primitives } from '#parts'
import { createSessions } from '../../index.ts'
import { aes, deflate, hmac, type SuiteParts, suiteOf } from '../../parts.ts'
import type { CommonOptions } from '../contracts/options.ts'
import type { Cipher, Hmac, Identifier } from '../contracts/parts.ts'
import type { PersistenceFactory } from '../contracts/persistence.ts'
import { defaultSealing } from '../envelope/sealing.ts'
import { SessionConfigError } from '../errors.ts'
import { cookiePersistence } from '../persistence/cookie.ts'
import { memoryStore } from '../stores/memory.ts'
import { Browser } from '../test-support/browser.ts'
import { SECRET } from '../test-support/sessions.ts'
import { chooseParts } from './choose-parts.ts'

type Options = CommonOptions

const suiteName = (options: Options): string => chooseParts(options).suite.sealing.suite
const describeParts = (options: Options) =>
  createSessions<Record<string, unknown>>({ secret: SECRET, ...options }).describe()

function refusal(options: object): string {
  try {
    createSessions(options)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return (error as Error).message
  }
  throw new Error('It was accepted.')
}

const cipher: Cipher = { ...aes({ mode: 'ctr' }), name: 'mine' }
const nativePersistence: PersistenceFactory = { name: 'own', sealsNatively: true, create: cookiePersistence }
const foreign: PersistenceFactory = { name: 'foreign', create: cookiePersistence }

afterEach(() => vi.restoreAllMocks())

describe('the suite', () => {
  test.each<[string, Options]>([
    ['aes-256-gcm,-,json,none', {}],
    ['aes-256-gcm,-,json,none', { cipher: 'aes', hmac: 'sha256', serializer: 'json', compressor: 'none' }],
    ['aes-256-gcm,-,json,none', { cipher: aes(), encoder: 'hex', identifier: 'random', strategy: 'regenerate' }],
    ['aes-128-gcm,-,json,none', { aes: { size: 128 } }],
    ['aes-192-cbc,sha512,json,none', { cipher: 'aes', aes: { size: 192, mode: 'cbc' }, hmac: 'sha512' }],
    ['none,sha256,json,gzip', { cipher: 'none', compressor: 'gzip' }],
    ['mine,sha384,json,deflate', { cipher, hmac: hmac('sha384'), compressor: deflate({ threshold: 1 }) }],
  ])('is %s for %o', (suite, options) => {
    expect(suiteName(options)).toBe(suite)
  })

  test('of the defaults goes the way that was there before parts could be chosen', () => {
    const { encrypt, decrypt, derive } = chooseParts({ cipher: aes({ size: 256, mode: 'gcm' }) }).suite.sealing
    expect({ encrypt, decrypt, derive }).toEqual({
      encrypt: defaultSealing.encrypt,
      decrypt: defaultSealing.decrypt,
      derive: defaultSealing.derive,
    })
  })

  test('is what describe() shows', () => {
    expect(
      describeParts({ aes: { mode: 'cbc' }, encoder: 'base64', identifier: () => new Uint8Array(32) }).parts,
    ).toEqual({
      cipher: 'aes-256-cbc',
      hmac: 'sha256',
      serializer: 'json',
      compressor: 'none',
      encoder: 'base64url',
      identifier: 'own function',
    })
  })
})

describe('a name', () => {
  test.each<[object, RegExp]>([
    [{ cipher: 'ase' }, /`cipher` is "ase"\. Did you mean aes\?/],
    [{ cipher: 'blowfish' }, /There are aes, chacha20-poly1305, none\. .*`parts: { cipher: { … } }`/],
    [{ hmac: 'sha265' }, /Did you mean sha256/],
    [{ hmac: 'md5' }, /exists in the format of lua-resty-session 3 only/],
    [{ hmac: 'sha224' }, /exists in the format of lua-resty-session 3 only/],
    [{ cipher: 'aes-256-ecb' }, /exists in the format of lua-resty-session 3 only/],
    [{ serializer: 'jsno' }, /Did you mean json/],
    [{ compressor: 'brotli' }, /There are none, deflate, gzip/],
    [{ encoder: 'z85' }, /There are base64url, base64, hex/],
    [{ encoder: 'base-64' }, /Did you mean base64\?/],
    [{ identifier: 'uuid' }, /There are random/],
    [{ strategy: 'regenarate' }, /Did you mean regenerate/],
    [{ store: 'mysql' }, /`store` is "mysql"\. One of your own has to stand in `parts: { store/],
    [{ persistence: 'resty' }, /`parts: { persistence/],
    [{ cipher: 'toString' }, /There are aes/],
    [{ cipher: '__proto__' }, /There are aes/],
    [{ cipher: 'mein', parts: { cipher: { mine: cipher } } }, /Did you mean mine\?/],
    [{ cipher: 'toString', parts: { cipher: { mine: cipher } } }, /aes, chacha20-poly1305, none, mine/],
  ])('that nobody knows is refused with the one that was meant: %o', (options, message) => {
    expect(refusal(options)).toMatch(message)
  })

  test('that may be a password is not shown', () => {
    for (const option of ['store', 'cipher', 'persistence', 'identifier'])
      expect(refusal({ [option]: 'redis://user:hunter2@host' })).not.toContain('hunter2')
  })
})

describe('what is no part', () => {
  test.each<[object, RegExp]>([
    [{ cipher: 5 }, /`cipher` is number; it must be a name or a part/],
    [{ cipher: null }, /`cipher` is null/],
    [{ cipher: {} }, /`cipher` is no cipher/],
    [{ cipher: aes }, /`cipher` is no cipher/],
    [{ hmac: { name: 'x', length: 32 } }, /`hmac` is no hmac/],
    [{ serializer: JSON }, /`serializer` is no serializer/],
    [{ identifier: {} }, /`identifier` is no identifier/],
    [{ store: new Map() }, /`store` is no store/],
    [{ persistence: {} }, /`persistence` is none/],
    [{ parts: { chiper: {} } }, /`parts.chiper` is not an option\. Did you mean `parts.cipher`/],
    [{ cipher: 'mine', parts: { cipher: { mine: {} } } }, /`parts.cipher.mine` is no cipher/],
    [{ parts: { cipher: { aes: cipher } } }, /`parts.cipher.aes` has the name of a built-in/],
    [{ aes: { siez: 128 } }, /`aes.siez` is not an option\. Did you mean `aes.size`/],
  ])('is refused: %o', (options, message) => {
    expect(refusal(options)).toMatch(message)
  })

  test.each<[object, RegExp]>([
    [{ ...cipher, name: 'a,b' }, /`cipher.name` is "a,b"/],
    [{ ...cipher, name: '' }, /`cipher.name`/],
    [{ ...cipher, name: '-' }, /`cipher.name`/],
    [{ ...cipher, name: undefined }, /`cipher.name` is undefined/],
    [{ ...cipher, name: 10n }, /`cipher.name` is bigint/],
    [{ ...cipher, tagLength: 8 }, /`cipher.tagLength` is 8/],
    [{ ...cipher, tagLength: undefined }, /`cipher.tagLength`/],
  ])('has a name and lengths that cannot be used: %o', (own, message) => {
    expect(refusal({ cipher: own })).toMatch(message)
  })

  test('is an HMAC that is short, and a compressor called none', () => {
    expect(refusal({ cipher, hmac: { ...hmac(), length: 12 } })).toMatch(/`hmac.length` is 12/)
    expect(refusal({ compressor: { ...deflate(), name: 'none' } })).toMatch(/`compressor.name` is "none"/)
  })
})

test('a serializer that cannot even write an empty session is refused at construction', () => {
  for (const serialize of [async () => '{}', () => undefined, (data: { a: { b: 1 } }) => String(data.a.b)])
    expect(refusal({ serializer: { name: 'own', serialize, deserialize: JSON.parse } })).toMatch(
      /`serializer` cannot write an empty session: the serializer own/,
    )
})

describe('AES', () => {
  test.each(['ecb', 'cfb1', 'cfb8', 'cfb128', 'ofb'])('has %s in the format of lua-resty-session 3 only', (mode) => {
    expect(refusal({ aes: { mode } })).toMatch(/lua-resty-session 3 only: restyV3/)
  })

  test.each(['hash', 'rounds'])('has %s in the format of lua-resty-session 3 only', (option) => {
    expect(refusal({ aes: { [option]: 5 } })).toMatch(/`aes\.\w+` is not an option.*lua-resty-session 3 only: restyV3/)
  })

  it('has its sizes and modes, and no others', () => {
    expect(refusal({ aes: { size: 512 } })).toMatch('`aes.size` is 512; it must be 128 | 192 | 256')
    expect(refusal({ aes: { size: '256' } })).toMatch(/`aes.size` is "256"/)
    expect(refusal({ aes: { mode: 'xts' } })).toMatch(/`aes.mode` is "xts"; it must be gcm \| cbc \| ctr/)
  })

  it('has its settings for itself', () => {
    expect(refusal({ cipher: 'none', aes: { size: 128 } })).toMatch(/`aes` is for `cipher: 'aes'`/)
    expect(refusal({ cipher, aes: { size: 128 } })).toMatch(/`aes` is for `cipher: 'aes'`/)
  })
})

describe('parts that do not fit together', () => {
  it('are an HMAC and a cipher that authenticates by itself', () => {
    expect(refusal({ hmac: 'sha512' })).toMatch(/`hmac` would do nothing: aes-256-gcm authenticates by itself/)
    expect(suiteName({ hmac: 'sha256' })).toBe('aes-256-gcm,-,json,none')
  })

  test.each<Options>([
    { cipher: 'none' },
    { aes: { size: 128 } },
    { aes: { mode: 'cbc' }, hmac: 'sha512' },
    { compressor: 'gzip' },
    { encoder: 'hex' },
    { serializer: { name: 'own', serialize: JSON.stringify, deserialize: JSON.parse } },
  ])('are %o and a foreign format', (parts) => {
    expect(refusal({ ...parts, persistence: foreign })).toMatch(/means nothing to foreign, which seals in its own way/)
    expect(refusal({ ...parts, persistence: 'f', parts: { persistence: { f: foreign } } })).toMatch(/means nothing/)
    expect(() => createSessions({ ...parts, persistence: nativePersistence })).not.toThrow()
  })

  it('are none where a foreign format is given the names of our defaults', () => {
    const defaults = { cipher: 'aes', hmac: 'sha256', serializer: 'json', compressor: 'none', encoder: 'base64' }
    const sessions = createSessions({ ...defaults, persistence: foreign })
    expect(sessions.describe().parts).toBeUndefined()
    expect(createSessions({ persistence: nativePersistence }).describe().parts?.cipher).toBe('aes-256-gcm')
  })

  it('are what a foreign format refuses by itself, whatever it is called by', () => {
    const strict: PersistenceFactory = { ...foreign, refuses: { identifier: 'it has ids of its own' } }
    expect(refusal({ persistence: 'f', identifier: 'random', parts: { persistence: { f: strict } } })).toMatch(
      '`identifier` means nothing to foreign: it has ids of its own.',
    )
  })
})

describe('a warning', () => {
  it('says that SHA-1 is weak: on the console once, and in describe()', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    for (let n = 0; n < 3; n++) expect(describeParts({ cipher: 'none', hmac: 'sha1' }).warnings.join()).toMatch(/SHA-1/)
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1)
    expect(describeParts({ hmac: 'sha256' }).warnings.join()).not.toMatch(/SHA-1/)
  })

  it('says that compression lets lengths speak, and that no cipher hides nothing', () => {
    expect(describeParts({ compressor: 'deflate' }).warnings.join()).toMatch(/CRIME, BREACH/)
    expect(describeParts({ cipher: 'none' }).warnings.join()).toMatch(/can read the session/)
    expect(describeParts({}).warnings.join()).not.toMatch(/CRIME|can read/)
  })
})

describe('what a part gives', () => {
  const save = async (options: Options): Promise<unknown> => {
    const session = await createSessions<Record<string, unknown>>({ ...options, secret: SECRET }).open({
      jar: new Browser().request(),
    })
    session.data['name'] = 'Ada'
    return session.save().catch((error: unknown) => error)
  }

  test.each<[string, Options]>([
    ['cipher', { cipher: { ...cipher, tagLength: 16 } }],
    ['HMAC', { cipher, hmac: { ...hmac(), length: 20 } satisfies Hmac }],
    ['encoder', { encoder: { name: 'own', encode: () => 'a b', decode: () => undefined } }],
    ['identifier', { identifier: () => new Uint8Array(16) }],
    ['identifier', { identifier: (() => 'text') as unknown as Identifier }],
  ])('is checked before anything is stored: %s', async (kind, options) => {
    const error = await save(options)
    expect(error).toBeInstanceOf(SessionConfigError)
    expect((error as Error).message).toContain(kind)
  })

  it('is refused as a cookie when the part throws on it', async () => {
    const broken = (): never => {
      throw new Error('from the depths')
    }
    const own = { name: 'own', serialize: JSON.stringify }
    for (const options of [
      { cipher: { ...cipher, decrypt: broken } },
      { compressor: { ...deflate({ threshold: 0 }), expand: broken } },
      { encoder: { name: 'own', encode: () => 'x'.repeat(200), decode: broken } },
      { serializer: { ...own, deserialize: (text: string) => (text === '{}' ? {} : broken()) } },
    ]) {
      const sessions = createSessions<Record<string, unknown>>({ ...options, secret: SECRET })
      const browser = new Browser()
      const jar = browser.request()
      const session = await sessions.open({ jar })
      session.data['text'] = 'tea '.repeat(100)
      await session.save()
      browser.receive(jar)
      const opened = await sessions.open({ jar: browser.request() })
      expect(opened).toMatchObject({ present: false, refusal: expect.stringMatching(/malformed|tampered/) })
    }
  })
})

test('a store is chosen by its name', async () => {
  const mysql = memoryStore({ name: 'by its name' })
  expect(describeParts({ store: 'mysql', parts: { store: { mysql } } })).toMatchObject({
    persistence: 'record',
    store: mysql.name,
  })
})

test('parts as objects make the suite that their names make', () => {
  const suite = suiteOf({ cipher: aes({ mode: 'cbc' }), compressor: deflate() })
  expect(suite.sealing.suite).toBe(suiteName({ aes: { mode: 'cbc' }, compressor: 'deflate' }))
})

test('a misspelt part of a suite is refused, instead of the default being taken', () => {
  const misspelt = { chiper: aes({ size: 128 }) } as SuiteParts
  expect(() => suiteOf(misspelt)).toThrow('`chiper` is no part of a suite. There are cipher, hmac,')
})

if (primitives.lacks.has('chacha20-poly1305'))
  test('a cipher that WebCrypto lacks is refused, and says so', () => {
    expect(refusal({ cipher: 'chacha20-poly1305' })).toMatch(/WebCrypto of this runtime does not have/)
  })

import { describe, expect, test } from 'vitest'
import type { CommonOptions } from '../contracts/options.ts'
import type { Cipher, Compressor, Encoder, Serializer } from '../contracts/parts.ts'
import { SessionConfigError, SessionUnavailableError } from '../errors.ts'
import { memoryStore } from '../stores/memory.ts'
import { Browser } from '../test-support/browser.ts'
import { request, testSessions } from '../test-support/sessions.ts'
import { aes } from './ciphers.ts'
import { deflate } from './compressors.ts'
import { hex } from './encoders.ts'
import { hmac } from './hmacs.ts'

type Options = Omit<CommonOptions, 'schema'>

let stores = 0
const store = () => memoryStore({ name: `broken promises ${stores++}` })
const cipher: Cipher = { ...aes({ mode: 'ctr' }), name: 'mine' }
const compressor: Compressor = { ...deflate({ threshold: 0 }), name: 'mine' }

/** A value that the types forbid, as a part in JavaScript may give it. */
const lie = <T>(value: unknown): T => value as T

/** What WebCrypto gives where a `Uint8Array` was promised. */
const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer

const savingWith = (options: Options): Promise<unknown> =>
  request(testSessions(options).sessions, new Browser(), (session) => void (session.data['a'] = 'tea '.repeat(50)))

/** Opens a session with parts that say something else than when it was saved. */
async function opening(options: Options, change: () => void) {
  const { sessions } = testSessions(options)
  const browser = new Browser()
  await request(sessions, browser, (session) => void (session.data['a'] = 'tea '.repeat(50)))
  change()
  return sessions.open({ jar: browser.request() })
}

describe('a part that gives something else than it promised is a SessionConfigError at the save', () => {
  const { encrypt } = cipher
  const tagged: Cipher['encrypt'] = async (...asked) => ({ ...(await encrypt(...asked)), tag: new Uint8Array(16) })
  const asBuffer: Cipher['encrypt'] = async (...asked) => lie({ data: buffer((await encrypt(...asked)).data) })

  test.each<[string, Options]>([
    ['a tag, of a cipher that says it has none', { cipher: { ...cipher, encrypt: tagged } }],
    ['a ciphertext that is an ArrayBuffer', { cipher: { ...cipher, encrypt: asBuffer } }],
    ['an HMAC that is a list', { cipher, hmac: { ...hmac(), sign: () => lie(Array.from({ length: 32 }, () => 0)) } }],
    ['an HMAC that is an ArrayBuffer', { cipher, hmac: { ...hmac(), sign: () => lie(new ArrayBuffer(32)) } }],
    ['compressed text', { compressor: { ...compressor, compress: () => lie('short') } }],
    ['a compressed ArrayBuffer', { compressor: { ...compressor, compress: () => lie(new ArrayBuffer(9)) } }],
    ['a promise of text', { encoder: { ...hex, encode: lie(async () => 'text') } }],
    ['a number for text', { encoder: { ...hex, encode: () => lie(123) } }],
  ])('%s', async (_what, options) => {
    await expect(savingWith(options)).rejects.toThrow(SessionConfigError)
  })
})

describe('a part that gives no bytes when a session is opened', () => {
  test('is a SessionConfigError where everybody would be signed out otherwise', async () => {
    const own = { ...cipher }
    const { decrypt } = own
    const asBuffer: Cipher['decrypt'] = async (...asked) => lie(buffer((await decrypt(...asked)) ?? new Uint8Array()))
    await expect(opening({ cipher: own }, () => void (own.decrypt = asBuffer))).rejects.toThrow(
      /cipher mine gave what is no Uint8Array/,
    )
    const pack = { ...compressor }
    await expect(
      opening({ compressor: pack }, () => void (pack.expand = (_data, length) => lie(Array(length).fill(1)))),
    ).rejects.toThrow(/compressor mine gave what is no Uint8Array/)
  })

  test.each([null, false, ''])('refuses the session with %j, too', async (nothing) => {
    const own = { ...cipher }
    const opened = await opening({ cipher: own }, () => void (own.decrypt = () => lie(nothing)))
    expect(opened).toMatchObject({ present: false, refusal: 'tampered' })
  })

  test('is an encoder that made nothing of the text of a client', async () => {
    for (const decode of [
      (text: string) => lie(Array.from(hex.decode(text) ?? [])),
      (text: string) => text,
      () => null,
    ]) {
      const encoder: Encoder = { ...hex }
      const opened = await opening({ encoder }, () => void Object.assign(encoder, { decode }))
      expect(opened).toMatchObject({ present: false, refusal: 'malformed' })
    }
  })
})

test('a part that could not be asked says so, and nobody is signed out', async () => {
  const unavailable = (): never => {
    throw new SessionUnavailableError('The key service does not answer.')
  }
  const own = { ...cipher }
  await expect(opening({ cipher: own }, () => void (own.decrypt = unavailable))).rejects.toThrow(
    SessionUnavailableError,
  )
})

test('a serializer that does not read what it wrote is refused at construction', () => {
  const own: Serializer = { name: 'own', serialize: JSON.stringify, deserialize: JSON.parse }
  for (const deserialize of [async () => ({}), () => undefined, () => [], () => JSON.parse('}')])
    expect(() => testSessions({ serializer: { ...own, deserialize } })).toThrow(
      /`serializer` cannot read the empty session that it wrote/,
    )
})

describe('an identifier', () => {
  test('that gives one id twice gives nobody the session of another', async () => {
    const { sessions } = testSessions({ identifier: (length) => new Uint8Array(length).fill(7), store: store() })
    const [ada, bob] = [new Browser(), new Browser()]
    await request(sessions, ada, (session) => session.signIn('ada'))
    await expect(request(sessions, bob, (session) => void (session.data['name'] = 'Bob'))).rejects.toThrow(
      /`identifier` gave the id of another session/,
    )
    expect(bob.cookies.size).toBe(0)
    const { subject, data } = await sessions.open({ jar: ada.request() })
    expect({ subject, data }).toEqual({ subject: 'ada', data: {} })
  })

  test('may write each id into the same bytes', async () => {
    const shared = new Uint8Array(32)
    const { sessions } = testSessions({ identifier: () => crypto.getRandomValues(shared), store: store() })
    const jars = [new Browser().request(), new Browser().request()]
    const opened = await Promise.all(jars.map((jar) => sessions.open({ jar })))
    opened.forEach((session, at) => Object.assign(session.data, { at }))
    await Promise.all(opened.map((session) => session.save()))
    expect(new Set(opened.map(({ id }) => id)).size).toBe(2)
    await opened[0]!.update((data) => void (data['again'] = true))
    expect(opened.map(({ data }) => data)).toEqual([{ at: 0, again: true }, { at: 1 }])
  })
})

describe('a strategy', () => {
  test.each([async () => 'rotate', () => 'Rotate', () => undefined, () => true])(
    'that answers neither keep nor rotate is a SessionConfigError, for regenerate() would do nothing: %s',
    async (strategy) => {
      const { sessions } = testSessions({ strategy: lie(strategy), store: store() })
      const browser = new Browser()
      await request(sessions, browser, (session) => void (session.data['a'] = 1))
      await expect(request(sessions, browser, (session) => session.regenerate())).rejects.toThrow(SessionConfigError)
    },
  )
})

import { createDecipheriv, createHmac } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { createEnvelope, type Envelope, type EnvelopeOptions, type Purpose, SUITE } from './envelope.ts'
import { createKeyring } from './keyring.ts'

const bytes = (length: number, start = 1): Bytes => Uint8Array.from({ length }, (_, at) => start + at)
const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
const lp = (value: Bytes): Bytes => Uint8Array.from([value.length >> 8, value.length, ...value])

const OLD = bytes(32, 10)
const NEW = bytes(40, 90)
const ID = bytes(32, 200)
const PAYLOAD = bytes(128)

const envelopeOf = async (options: Partial<EnvelopeOptions> & { secrets?: Bytes[] } = {}): Promise<Envelope> => {
  const { secrets = [OLD], ...rest } = options
  return createEnvelope({
    keyring: await createKeyring(secrets),
    name: '__Host-session',
    audience: 'shop',
    suite: SUITE,
    ...rest,
  })
}
const changed = (sealed: Bytes, at: number, by = 1): Bytes => {
  const copy = Uint8Array.from(sealed)
  copy[at]! ^= by
  return copy
}
const opened = { ok: true, payload: expect.anything(), reseal: false }
const refused = (refusal: string): object => ({ ok: false, refusal })

afterEach(() => vi.restoreAllMocks())

describe('what is sealed', () => {
  test.each<[Purpose, Bytes | undefined]>([
    ['session', undefined],
    ['session-id', undefined],
    ['record', ID],
  ])('for %s has the documented layout and derivation', async (purpose, id) => {
    const sealed = Buffer.from(await (await envelopeOf()).seal(purpose, PAYLOAD, id))

    const prk = createHmac('sha512', 'sojourn/1').update(OLD).digest()
    const kid = createHmac('sha512', prk).update('sojourn/1 kid\x01').digest().subarray(0, 4)
    const salt = sealed.subarray(5, 29)
    const context = ['__Host-session', purpose, 'shop', SUITE].map((value) => lp(utf8(value)))
    const info = Buffer.concat([utf8('sojourn/1'), ...context, lp(id ?? new Uint8Array()), kid, salt])
    const okm = createHmac('sha512', prk).update(info).update('\x01').digest()

    expect(sealed).toHaveLength(61 + PAYLOAD.length + 16)
    expect(sealed[0]).toBe(0x53)
    expect(sealed.subarray(1, 5)).toEqual(kid)
    expect(sealed.subarray(29, 61)).toEqual(okm.subarray(32))
    const decipher = createDecipheriv('aes-256-gcm', okm.subarray(0, 32), new Uint8Array(12))
    decipher.setAAD(sealed.subarray(0, 61)).setAuthTag(sealed.subarray(-16))
    const payload = Buffer.concat([decipher.update(sealed.subarray(61, -16)), decipher.final()])
    expect([...payload]).toEqual([...PAYLOAD])
  })

  test.each<[Purpose, Bytes | undefined]>([
    ['session', undefined],
    ['session-id', undefined],
    ['record', ID],
  ])('for %s is opened again', async (purpose, id) => {
    const envelope = await envelopeOf()
    const result = await envelope.open(purpose, await envelope.seal(purpose, PAYLOAD, id), id)
    expect(result).toEqual(opened)
    expect(result.ok && [...result.payload]).toEqual([...PAYLOAD])
  })

  test('as text is base64url of the sealed bytes', async () => {
    const envelope = await envelopeOf()
    const text = await envelope.sealText('session', PAYLOAD)
    expect(text).toMatch(/^U[\w-]+$/)
    expect(await envelope.open('session', new Uint8Array(Buffer.from(text, 'base64url')))).toEqual(opened)
    expect(await envelope.openText('session', text)).toEqual(opened)
  })

  test('is opened from the middle of a larger buffer', async () => {
    const envelope = await envelopeOf()
    const sealed = await envelope.seal('record', PAYLOAD, ID)
    const around = Buffer.concat([bytes(5), sealed, bytes(5)])
    expect(await envelope.open('record', around.subarray(5, -5), ID)).toEqual(opened)
  })

  test('uses a salt from the generator and, by it, a key of its own every time', async () => {
    const rounds = process.env['FULL'] ? 100_000 : 2000
    const envelope = await envelopeOf()
    const drawn = vi.spyOn(platform, 'randomBytes')
    const keys = new Set<string>()
    vi.spyOn(platform, 'encrypt').mockImplementation((key, header) => {
      keys.add(Buffer.from(key).toString('latin1'))
      return header
    })
    const guessable = vi.spyOn(Math, 'random')
    for (let round = 0; round < rounds; round++) await envelope.seal('session', PAYLOAD)
    expect(keys.size).toBe(rounds)
    expect(drawn.mock.calls).toEqual(Array(rounds).fill([24]))
    expect(guessable).not.toHaveBeenCalled()
  }, 60_000)
})

describe('a sealed value is refused', () => {
  test('when any byte of it is changed', async () => {
    const envelope = await envelopeOf()
    const sealed = await envelope.seal('record', PAYLOAD, ID)
    for (let at = 0; at < sealed.length; at++) {
      for (const by of [1, 0x80]) {
        const expected = at === 0 ? 'malformed' : at < 5 ? 'unknown-key' : 'tampered'
        expect(await envelope.open('record', changed(sealed, at, by), ID)).toEqual(refused(expected))
      }
    }
  })

  test('when salt or commitment are zeroed', async () => {
    const envelope = await envelopeOf()
    const sealed = await envelope.seal('session', PAYLOAD)
    for (const [from, to] of [
      [5, 29],
      [29, 61],
    ] as const) {
      expect(await envelope.open('session', Uint8Array.from(sealed).fill(0, from, to))).toEqual(refused('tampered'))
    }
  })

  test('when it is cut or extended, by any length', async () => {
    const envelope = await envelopeOf()
    const sealed = await envelope.seal('session', PAYLOAD)
    const lengths = Array.from({ length: sealed.length + 130 }, (_, length) => length)
    for (const length of lengths.filter((length) => length !== sealed.length)) {
      const other = new Uint8Array(length)
      other.set(sealed.subarray(0, length))
      const isWhole = length > 77 && (length - 77) % 64 === 0
      expect(await envelope.open('session', other)).toEqual(refused(isWhole ? 'tampered' : 'malformed'))
    }
  })

  const sealedAs: Partial<EnvelopeOptions> = { name: 'ab', audience: 'c' }
  test.each<[string, Partial<EnvelopeOptions>]>([
    ['another name', { name: 'abc' }],
    ['no name', { name: '' }],
    ['another audience', { audience: 'd' }],
    ['no audience', { audience: '' }],
    ['name and audience divided elsewhere', { name: 'a', audience: 'bc' }],
    ['name and audience the other way round', { name: 'c', audience: 'ab' }],
    ['another suite', { suite: 'chacha20-poly1305,-,json,none' }],
  ])('under %s', async (_what, options) => {
    const sealed = await (await envelopeOf(sealedAs)).seal('session', PAYLOAD)
    expect(await (await envelopeOf(sealedAs)).open('session', sealed)).toEqual(opened)
    expect(await (await envelopeOf({ ...sealedAs, ...options })).open('session', sealed)).toEqual(refused('tampered'))
  })

  test('for any purpose but its own', async () => {
    const envelope = await envelopeOf()
    const purposes = ['session', 'session-id', 'record'] as const
    for (const purpose of purposes) {
      const sealed = await envelope.seal(purpose, PAYLOAD)
      for (const other of purposes) {
        expect(await envelope.open(other, sealed)).toEqual(other === purpose ? opened : refused('tampered'))
      }
    }
  })

  test('under another session id, a longer or shorter one, or none', async () => {
    const envelope = await envelopeOf()
    const sealed = await envelope.seal('record', PAYLOAD, ID)
    for (const id of [bytes(32, 201), ID.subarray(0, 31), Uint8Array.from([...ID, 0]), undefined]) {
      expect(await envelope.open('record', sealed, id)).toEqual(refused('tampered'))
    }
  })

  test('as unknown-key once its secret is gone, with no cryptography at all', async () => {
    const sealed = await (await envelopeOf({ secrets: [OLD] })).sealText('session', PAYLOAD)
    const without = await envelopeOf({ secrets: [NEW] })
    const calls = [vi.spyOn(platform, 'expand'), vi.spyOn(platform, 'decrypt')]
    expect(await without.openText('session', sealed)).toEqual(refused('unknown-key'))
    for (const call of calls) expect(call).not.toHaveBeenCalled()
  })
})

describe('a list of secrets', () => {
  test('opens what an older one sealed, asks for it to be sealed again, and seals with the newest', async () => {
    const before = await envelopeOf({ secrets: [OLD] })
    const during = await envelopeOf({ secrets: [NEW, OLD] })
    const after = await envelopeOf({ secrets: [NEW] })

    const old = await before.sealText('session', PAYLOAD)
    expect(await during.openText('session', old)).toEqual({ ...opened, reseal: true })
    expect(await after.openText('session', old)).toEqual(refused('unknown-key'))

    const fresh = await during.sealText('session', PAYLOAD)
    expect(await during.openText('session', fresh)).toEqual(opened)
    expect(await after.openText('session', fresh)).toEqual(opened)
    expect(await before.openText('session', fresh)).toEqual(refused('unknown-key'))
  })

  test('with a secret added at its end still seals with the first', async () => {
    const fresh = await (await envelopeOf({ secrets: [OLD, NEW] })).sealText('session', PAYLOAD)
    expect(await (await envelopeOf({ secrets: [OLD] })).openText('session', fresh)).toEqual(opened)
  })
})

describe('the text of a cookie', () => {
  test('is accepted only byte for byte: no character of it can be another', async () => {
    const envelope = await envelopeOf()
    const text = await envelope.sealText('session', bytes(64))
    for (let at = 0; at < text.length; at++) {
      for (const character of ['A', '_', 'z', '+', '=', ' ', '.', '\u0141']) {
        if (character === text[at]) continue
        const other = text.slice(0, at) + character + text.slice(at + 1)
        expect((await envelope.openText('session', other)).ok).toBe(false)
      }
    }
  })

  test('has no twin that decodes to the same bytes', async () => {
    const envelope = await envelopeOf()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const length of [64, 128, 192]) {
      const text = await envelope.sealText('session', bytes(length))
      const same = Buffer.from(text, 'base64url')
      const last = alphabet.indexOf(text.at(-1)!)
      const twins = [
        ...[1, 2, 3].map((by) => text.slice(0, -1) + alphabet[last ^ by]),
        text.replaceAll('-', '+').replaceAll('_', '/'),
        `${text}=`,
        `${text}==`,
        ` ${text}`,
        `${text}\n`,
        `${text.slice(0, 9)} ${text.slice(9)}`,
        `${text.slice(0, 9)}\n\r\t ${text.slice(9)}`,
        `${text}.`,
        `"${text}"`,
      ].filter((twin) => twin !== text)
      expect(twins.filter((twin) => Buffer.from(twin, 'base64url').equals(same)).length).toBeGreaterThan(6)
      for (const twin of twins) {
        expect((await envelope.openText('session', twin)).ok).toBe(false)
      }
      expect(await envelope.openText('session', text)).toEqual(opened)
    }
  })

  test('is refused when cut or extended, by any length', async () => {
    const envelope = await envelopeOf()
    const text = await envelope.sealText('session', bytes(64))
    for (let length = 0; length < text.length; length++) {
      expect(await envelope.openText('session', text.slice(0, length))).toEqual(refused('malformed'))
    }
    for (let more = 1; more <= 90; more++) {
      expect((await envelope.openText('session', text + 'A'.repeat(more))).ok).toBe(false)
    }
  })

  test('of the longest kind is opened, and a longer one refused by its length', async () => {
    const envelope = await envelopeOf()
    const longest = await envelope.sealText('session', new Uint8Array(64 * 430))
    expect(longest.length).toBeLessThanOrEqual(36_864)
    expect(await envelope.openText('session', longest)).toEqual(opened)
    const longer = await envelope.sealText('session', new Uint8Array(64 * 431))
    expect(longer.length).toBeGreaterThan(36_864)
    expect(await envelope.openText('session', longer)).toEqual(refused('malformed'))
  })

  test('is not decoded beyond its head when version, key id or length are wrong', async () => {
    const envelope = await envelopeOf()
    const text = await envelope.sealText('session', PAYLOAD)
    const decoded = vi.spyOn(platform, 'fromBase64url')
    const expanded = vi.spyOn(platform, 'expand')
    const garbage = [
      '',
      'U'.repeat(8000),
      'A'.repeat(8000),
      'U'.repeat(1_000_000),
      `V${text.slice(1)}`,
      `Ug${text.slice(2)}`,
      `${text.slice(0, 3)}${text[3] === 'A' ? 'B' : 'A'}${text.slice(4)}`,
      text.slice(1),
      text.slice(0, -1),
    ]
    for (const value of garbage) expect((await envelope.openText('session', value)).ok).toBe(false)
    expect(decoded.mock.calls.every(([value]) => value.length <= 8)).toBe(true)
    expect(expanded).not.toHaveBeenCalled()
  })

  test.each([
    ['nothing', ''],
    ['JSON in base64', btoa('{"sub":"admin"}')],
    ['iron-session', `Fe26.2*1*${'a'.repeat(64)}*b*c**d*e`],
    ['iron-session with a hostile key id', 'Fe26.2*constructor*a*b*c**d*e'],
    ['a JWT without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
    ['a signed id of express-session', 's:abc.def'],
    ['a percent-encoded value', '%55%41%41'],
    ['a path', '../../etc/passwd'],
    ['control characters', 'U\0\r\nFLUSHALL\r\n'],
    ['a lone surrogate', '\ud800'.repeat(188)],
    ['characters whose low byte fits', 'ŕ'.repeat(188)],
    ['__proto__', '__proto__'],
  ])('is refused as malformed when it is %s', async (_what, text) => {
    expect(await (await envelopeOf()).openText('session', text)).toEqual(refused('malformed'))
  })

  test('never makes it throw: 20,000 random mutations are refused', async () => {
    const envelope = await envelopeOf()
    const text = await envelope.sealText('session', bytes(64))
    // A small generator with a fixed seed, so that a failure can be repeated.
    let seed = 12_345
    const below = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return Math.floor((seed / 2 ** 32) * limit)
    }
    const character = (): string => String.fromCharCode(below(10) ? 0x20 + below(0x60) : below(0x10000))
    for (let round = 0; round < 20_000; round++) {
      let value = text
      for (let edits = 1 + below(3); edits > 0; edits--) {
        const at = below(value.length + 1)
        const rest = value.slice(at + below(3))
        value = value.slice(0, at) + (below(4) ? character() : text.slice(below(text.length)).slice(0, below(9))) + rest
      }
      if (value !== text) expect((await envelope.openText('session', value)).ok).toBe(false)
    }
  }, 30_000)
})

describe('the fingerprint of a session id', () => {
  const fingerprint = async (id: Bytes, options?: Parameters<typeof envelopeOf>[0]): Promise<string> =>
    (await (await envelopeOf(options)).fingerprint(id))()

  test('is the documented keyed hash, the same every time', async () => {
    const prk = createHmac('sha512', 'sojourn/1').update(OLD).digest()
    const info = Buffer.concat([utf8('sojourn/1 id'), lp(utf8('__Host-session')), lp(utf8('shop')), lp(ID)])
    const block = createHmac('sha512', prk).update(info).update('\x01').digest()
    const show = await (await envelopeOf()).fingerprint(ID)
    expect(show()).toBe(block.toString('base64url', 0, 24))
    expect(show()).toBe(show())
  })

  test('differs with the id, the name, the audience, where they are divided, and the newest secret', async () => {
    const shown = await Promise.all([
      fingerprint(ID),
      fingerprint(bytes(32, 201)),
      fingerprint(ID, { name: 'ab', audience: 'c' }),
      fingerprint(ID, { name: 'a', audience: 'bc' }),
      fingerprint(ID, { audience: '' }),
      fingerprint(ID, { secrets: [NEW, OLD] }),
    ])
    expect(new Set(shown).size).toBe(shown.length)
  })
})

describe('the index key of a subject', () => {
  test('is the documented keyed hash', async () => {
    const prk = createHmac('sha512', 'sojourn/1').update(OLD).digest()
    const context = ['__Host-session', 'shop', 'ada ✓'].map((value) => lp(utf8(value)))
    const info = Buffer.concat([utf8('sojourn/1 subject'), ...context])
    const block = createHmac('sha512', prk).update(info).update('\x01').digest()
    expect(await (await envelopeOf()).indexKey('ada ✓')).toBe(block.toString('base64url', 0, 32))
  })

  test('differs with the subject and never contains it', async () => {
    const envelope = await envelopeOf()
    expect(await envelope.indexKey('ada')).not.toBe(await envelope.indexKey('bob'))
    expect(await envelope.indexKey('ada')).not.toContain('ada')
  })
})

test.each(['name', 'audience'] as const)('a %s longer than 4,095 bytes is refused at once', async (option) => {
  await expect(envelopeOf({ [option]: 'x'.repeat(4095) })).resolves.toBeDefined()
  await expect(envelopeOf({ [option]: 'é'.repeat(2048) })).rejects.toThrow(SessionConfigError)
  await expect(envelopeOf({ [option]: 'x'.repeat(4096) })).rejects.toThrow(`\`${option}\``)
})

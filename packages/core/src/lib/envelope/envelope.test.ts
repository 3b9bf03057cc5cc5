import { createDecipheriv, createHmac } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { bytes, envelopeOf, ID, lp, NEW_SECRET, OLD_SECRET, PAYLOAD, refused, utf8 } from '../test-support/envelopes.ts'
import type { EnvelopeOptions, Purpose } from './envelope.ts'
import { defaultSealing } from './sealing.ts'

const changed = (sealed: Bytes, at: number, by = 1): Bytes => {
  const copy = Uint8Array.from(sealed)
  copy[at]! ^= by
  return copy
}
const opened = { ok: true, payload: expect.anything(), reseal: false }
const resealed = { ...opened, reseal: true }

afterEach(() => vi.restoreAllMocks())

describe('what is sealed', () => {
  test.each<[Purpose, Bytes | undefined]>([
    ['session', undefined],
    ['session-id', undefined],
    ['record', ID],
  ])('for %s has the documented layout and derivation', async (purpose, id) => {
    const sealed = Buffer.from(await (await envelopeOf()).seal(purpose, PAYLOAD, id))

    const prk = createHmac('sha512', 'sojourn/1').update(OLD_SECRET).digest()
    const kid = createHmac('sha512', prk).update('sojourn/1 kid\x01').digest().subarray(0, 4)
    const salt = sealed.subarray(5, 29)
    const context = ['__Host-session', purpose, 'shop', defaultSealing.suite].map((value) => lp(utf8(value)))
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
  }, 240_000)
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
    ['another suite', { sealing: { ...defaultSealing, suite: 'chacha20-poly1305,-,json,none' } }],
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
    const sealed = await (await envelopeOf({ secrets: [OLD_SECRET] })).sealText('session', PAYLOAD)
    const without = await envelopeOf({ secrets: [NEW_SECRET] })
    const calls = [vi.spyOn(platform, 'expand'), vi.spyOn(platform, 'decrypt')]
    expect(await without.openText('session', sealed)).toEqual(refused('unknown-key'))
    for (const call of calls) expect(call).not.toHaveBeenCalled()
  })
})

describe('a list of secrets', () => {
  test('opens what an older one sealed, asks for it to be sealed again, and seals with the newest', async () => {
    const before = await envelopeOf({ secrets: [OLD_SECRET] })
    const during = await envelopeOf({ secrets: [NEW_SECRET, OLD_SECRET] })
    const after = await envelopeOf({ secrets: [NEW_SECRET] })

    const old = await before.sealText('session', PAYLOAD)
    expect(await during.openText('session', old)).toEqual(resealed)
    expect(await after.openText('session', old)).toEqual(refused('unknown-key'))

    const fresh = await during.sealText('session', PAYLOAD)
    expect(await during.openText('session', fresh)).toEqual(opened)
    expect(await after.openText('session', fresh)).toEqual(opened)
    expect(await before.openText('session', fresh)).toEqual(refused('unknown-key'))
  })

  test('with a secret added at its end still seals with the first', async () => {
    const fresh = await (await envelopeOf({ secrets: [OLD_SECRET, NEW_SECRET] })).sealText('session', PAYLOAD)
    expect(await (await envelopeOf({ secrets: [OLD_SECRET] })).openText('session', fresh)).toEqual(opened)
  })
})

test.each(['name', 'audience'] as const)('a %s longer than 4,095 bytes is refused at once', async (option) => {
  await expect(envelopeOf({ [option]: 'x'.repeat(4095) })).resolves.toBeDefined()
  await expect(envelopeOf({ [option]: 'é'.repeat(2048) })).rejects.toThrow(SessionConfigError)
  await expect(envelopeOf({ [option]: 'x'.repeat(4096) })).rejects.toThrow(`\`${option}\``)
})

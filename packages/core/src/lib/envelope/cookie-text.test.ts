import { afterEach, describe, expect, test, vi } from 'vitest'
import { platform } from '#crypto'
import { bytes, envelopeOf, PAYLOAD, refused } from '../test-support/envelopes.ts'
import { randomFrom } from '../test-support/random.ts'

const opened = { ok: true, payload: expect.anything(), reseal: false }

afterEach(() => vi.restoreAllMocks())

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
    const { int: below } = randomFrom(12_345)
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

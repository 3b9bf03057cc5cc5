import * as nodeCrypto from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { platform } from '#crypto'
import type { Bytes } from '../contracts/store.ts'

const hex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const toHex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex')
const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
const counting = (length: number, start = 0): Bytes => Uint8Array.from({ length }, (_, at) => start + at)
/** The same bytes in the middle of a larger buffer, as sockets and Node's pool hand them out. */
const embedded = (bytes: Bytes): Bytes => {
  const around = new Uint8Array(bytes.length + 20).fill(0xee)
  around.set(bytes, 7)
  return around.subarray(7, 7 + bytes.length)
}

afterEach(() => vi.restoreAllMocks())

test.each([
  ['a short secret', utf8('sojourn/1'), counting(32)],
  ['a long secret', utf8('sojourn/1'), counting(200)],
  ['a binary salt', counting(64, 100), counting(33, 7)],
])('derives what an independent HKDF derives from %s', async (_title, salt, secret) => {
  for (const info of [[], [utf8('a')], [counting(100), utf8('b')], [counting(255), counting(255), counting(255)]]) {
    const key = await platform.extract(salt, secret)
    const expected = nodeCrypto.hkdfSync('sha512', secret, salt, Buffer.concat(info), 64)
    expect(toHex(await platform.expand(key, info))).toBe(toHex(new Uint8Array(expected)))
    expect(toHex((await platform.expandLater(key, () => info))())).toBe(toHex(new Uint8Array(expected)))
  }
})

// Python 3.11 with hmac and hashlib: Extract(salt, ikm) of RFC 5869 case 1, then one block of Expand with SHA-512.
test('agrees with a value computed elsewhere', async () => {
  const key = await platform.extract(counting(13), new Uint8Array(22).fill(0x0b))
  expect(toHex(await platform.expand(key, [counting(10, 0xf0)]))).toBe(
    '832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cbcce0dff7098769cf15959867d571c1715450cb530137',
  )
})

test('gives the same block again, whatever was derived in between', async () => {
  const key = await platform.extract(utf8('salt'), counting(32))
  const before = toHex(await platform.expand(key, [utf8('one')]))
  await platform.expand(key, [counting(250), counting(250), counting(250)])
  await platform.expand(key, [utf8('a longer one')])
  expect(toHex(await platform.expand(key, [utf8('one')]))).toBe(before)
})

test('derives blocks side by side without mixing them up', async () => {
  const key = await platform.extract(utf8('salt'), counting(32))
  const infos = Array.from({ length: 20 }, (_, at) => [utf8(`info ${at}`), counting(at)])
  const together = await Promise.all(infos.map((info) => platform.expand(key, info)))
  for (const [at, info] of infos.entries()) {
    expect(toHex(await platform.expand(key, info))).toBe(toHex(together[at]!))
  }
})

test.each([0, 1, 16, 64, 1088])('encrypts %i bytes as AES-256-GCM with a zero IV does', async (length) => {
  const [key, header, plain] = [counting(32), counting(61), counting(length)]
  const cipher = nodeCrypto.createCipheriv('aes-256-gcm', key, new Uint8Array(12)).setAAD(header)
  const expected = Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const sealed = await platform.encrypt(embedded(key), embedded(header), embedded(plain))
  expect(toHex(sealed)).toBe(toHex(expected))
  expect(toHex((await platform.decrypt(embedded(key), embedded(sealed), 61))!)).toBe(toHex(plain))
})

// The GCM specification (McGrew, Viega), test case 14.
test('agrees with a published GCM test case', async () => {
  const sealed = await platform.encrypt(new Uint8Array(32), new Uint8Array(), new Uint8Array(16))
  expect(toHex(sealed)).toBe('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
})

test('decrypts nothing that has one bit changed, wherever it is', async () => {
  const key = counting(32)
  const sealed = await platform.encrypt(key, counting(61), counting(64))
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed)
    changed[at]! ^= 1
    expect(await platform.decrypt(key, changed, 61)).toBeUndefined()
  }
  expect(await platform.decrypt(counting(32, 1), sealed, 61)).toBeUndefined()
})

test('hashes with SHA-256', async () => {
  expect(toHex(await platform.sha256(embedded(utf8('abc'))))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  )
})

test('compares byte strings of equal length', () => {
  expect(platform.equal(counting(32), embedded(counting(32)))).toBe(true)
  for (let at = 0; at < 32; at++) {
    const other = counting(32)
    other[at]! ^= 0x80
    expect(platform.equal(counting(32), other)).toBe(false)
  }
})

test('writes and reads base64url as Buffer does, at every length', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(nodeCrypto.randomBytes(length))
    const text = platform.toBase64url(embedded(bytes))
    expect(text).toBe(Buffer.from(bytes).toString('base64url'))
    expect(toHex(platform.fromBase64url(text))).toBe(toHex(bytes))
  }
})

test.each(['AAA+', 'AAA/', 'AA==', 'AAB', 'AA A', 'AA\nA', 'AAA!', 'A', 'AAĀA', 'AAŁA', 'AA😀', '\ud800AAA'])(
  'reads %j as bytes that do not give the same text again',
  (text) => {
    expect(platform.toBase64url(platform.fromBase64url(text))).not.toBe(text)
  },
)

test('keeps text through UTF-8, a byte order mark included', () => {
  for (const text of ['', 'Ada', '\ufeffmark', 'žluťoučký', '漢字 😀', 'a\0b']) {
    expect(toHex(platform.toUtf8(text))).toBe(toHex(utf8(text)))
    expect(platform.fromUtf8(embedded(platform.toUtf8(text)))).toBe(text)
  }
})

test.each(['80', 'c3', 'e282', 'f09f98', 'eda080', 'c0af', '41ff42', 'f8888080'])(
  'replaces what is not UTF-8 (%s) as the standard decoder does',
  (bytes) => {
    expect(platform.fromUtf8(hex(bytes))).toBe(new TextDecoder().decode(hex(bytes)))
  },
)

test('joins byte strings, and makes zeros that are zero even where memory was used before', () => {
  expect(toHex(platform.concat([]))).toBe('')
  expect(toHex(platform.concat([utf8('ab'), embedded(utf8('cd')), new Uint8Array()]))).toBe(toHex(utf8('abcd')))
  for (let round = 0; round < 50; round++) {
    Buffer.allocUnsafe(500).fill(0xff)
    expect(platform.zeros(500).some(Boolean)).toBe(false)
  }
})

test('never hands out shared memory, which neither WebCrypto nor a socket takes', async () => {
  const key = await platform.extract(utf8('salt'), counting(32))
  const made = [platform.randomBytes(8), await platform.expand(key, []), platform.toUtf8('x'), platform.zeros(1)]
  for (const bytes of made) expect(bytes.buffer).toBeInstanceOf(ArrayBuffer)
})

test('asks the operating system for every random byte and never Math.random', () => {
  const guessable = vi.spyOn(Math, 'random')
  const fromNode = vi.spyOn(process.getBuiltinModule('node:crypto'), 'randomFillSync')
  const fromWeb = vi.spyOn(globalThis.crypto, 'getRandomValues')
  for (let round = 1; round <= 10; round++) {
    expect(platform.randomBytes(24)).toHaveLength(24)
    expect(fromNode.mock.calls.length + fromWeb.mock.calls.length).toBe(round)
  }
  expect(guessable).not.toHaveBeenCalled()
})

test('draws ids that never repeat and whose bytes are spread evenly', () => {
  const count = process.env['FULL'] ? 1_000_000 : 100_000
  const length = 32
  const seen = new Set<string>()
  const tallies = Array.from({ length }, () => new Uint32Array(256))
  for (let drawn = 0; drawn < count; drawn++) {
    const id = platform.randomBytes(length)
    seen.add(Buffer.from(id).toString('latin1'))
    for (let at = 0; at < length; at++) tallies[at]![id[at]!]!++
  }
  expect(seen.size).toBe(count)
  // Chi-square with 255 degrees of freedom: mean 255, deviation 22.6. Beyond six deviations is not chance.
  for (const tally of tallies) {
    const chiSquare = tally.reduce((sum, observed) => sum + (observed - count / 256) ** 2 / (count / 256), 0)
    expect(chiSquare).toBeGreaterThan(255 - 6 * 22.6)
    expect(chiSquare).toBeLessThan(255 + 6 * 22.6)
  }
}, 240_000)

import * as nodeCrypto from 'node:crypto'
import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'
import type { Bytes } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { platform } from '#crypto'
import type { AesMode, HmacHash } from './types.ts'

const toHex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')
const counting = (length: number, start = 0): Bytes => Uint8Array.from({ length }, (_, at) => start + at)
/** The same bytes in the middle of a larger buffer, as sockets and Node's pool hand them out. */
const embedded = (bytes: Bytes): Bytes => {
  const around = new Uint8Array(bytes.length + 20).fill(0xee)
  around.set(bytes, 7)
  return around.subarray(7, 7 + bytes.length)
}

test.each(platform.hashes)('hashes as %s', async (name) => {
  const expected = nodeCrypto.createHash(name).update(counting(300)).digest('hex')
  expect(toHex(await platform.hash(name, embedded(counting(100)), counting(200, 100)))).toBe(expected)
})

test.each<HmacHash>(['sha1', 'sha256', 'sha384', 'sha512'])('authenticates with %s', async (name) => {
  for (const length of [1, 32, 200]) {
    const expected = nodeCrypto.createHmac(name, counting(length)).update(counting(50)).digest('hex')
    expect(toHex(await platform.hmac(name, embedded(counting(length)), counting(20), counting(30, 20)))).toBe(expected)
  }
})

test('derives what HKDF and PBKDF2 derive elsewhere', async () => {
  const [ikm, info] = [counting(32), counting(43, 9)]
  const key = await platform.hkdfKey(embedded(ikm))
  for (const length of [32, 44]) {
    const expected = nodeCrypto.hkdfSync('sha256', ikm, new Uint8Array(0), info, length)
    expect(toHex(await platform.hkdf(key, embedded(info), length))).toBe(toHex(new Uint8Array(expected)))
    const slow = nodeCrypto.pbkdf2Sync(ikm, info, 1000, length, 'sha256')
    expect(toHex(await platform.pbkdf2(ikm, info, 1000, length))).toBe(toHex(slow))
  }
})

// RFC 5869, test case 3.
test('agrees with a published case of HKDF', async () => {
  const key = await platform.hkdfKey(new Uint8Array(22).fill(0x0b))
  expect(toHex(await platform.hkdf(key, new Uint8Array(0), 42))).toBe(
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
  )
})

const nameOf = (size: number, mode: AesMode) => `aes-${size}-${mode === 'cfb128' ? 'cfb' : mode}`

describe.each(platform.aesModes(256).filter((mode) => mode !== 'gcm'))('aes-%s', (mode) => {
  const isPadded = mode === 'cbc' || mode === 'ecb'
  const iv = new Uint8Array(16).fill(0xff)
  const ivOfNode = mode === 'ecb' ? null : iv

  test.each([128, 192, 256] as const)(
    'of %i bits encrypts, and decrypts to the text with its padding',
    async (size) => {
      const [aes, key] = [{ size, mode }, counting(size / 8)]
      for (const length of [0, 1, 15, 16, 17, 1000]) {
        const plain = counting(length)
        const cipher = nodeCrypto.createCipheriv(nameOf(size, mode), key, ivOfNode)
        const expected = Buffer.concat([cipher.update(plain), cipher.final()])
        const { data, tag } = await platform.encrypt(aes, embedded(key), embedded(iv), embedded(plain))
        expect([toHex(data), tag]).toEqual([toHex(expected), undefined])
        const padding = isPadded ? new Uint8Array(16 - (length % 16)).fill(16 - (length % 16)) : []
        const decrypted = await platform.decryptUnchecked(aes, embedded(key), embedded(iv), embedded(data))
        expect(toHex(decrypted)).toBe(toHex(Uint8Array.from([...plain, ...padding])))
      }
    },
  )

  test('decrypts whatever it is given, so that nobody learns whether the padding was right', async () => {
    const [aes, key] = [{ size: 256, mode } as const, counting(32)]
    for (let round = 0; round < 200; round++) {
      const data = new Uint8Array(nodeCrypto.randomBytes(16 * (1 + (round % 4))))
      const decipher = nodeCrypto.createDecipheriv(nameOf(256, mode), key, ivOfNode).setAutoPadding(false)
      const expected = Buffer.concat([decipher.update(data), decipher.final()])
      expect(toHex(await platform.decryptUnchecked(aes, key, iv, data))).toBe(toHex(expected))
    }
  })

  test('has no answer to what is not a whole number of blocks, where it has blocks', async () => {
    const decrypted = await platform.decryptUnchecked({ size: 256, mode }, counting(32), iv, counting(17))
    expect(decrypted?.length).toBe(isPadded ? undefined : 17)
    expect(await platform.decryptUnchecked({ size: 256, mode }, counting(32), iv, counting(0))).toHaveLength(0)
  })
})

test.each([12, 16, 24, 32])('aes-gcm takes a nonce of %i bytes', async (ivLength) => {
  for (const size of [128, 192, 256] as const) {
    const [key, iv, plain, aad] = [counting(size / 8), counting(ivLength, 3), counting(100), counting(47)]
    const cipher = nodeCrypto.createCipheriv(`aes-${size}-gcm`, key, iv).setAAD(aad)
    const expected = [toHex(Buffer.concat([cipher.update(plain), cipher.final()])), toHex(cipher.getAuthTag())]
    const sealed = await platform.encrypt({ size, mode: 'gcm' }, embedded(key), embedded(iv), embedded(plain), aad)
    expect([toHex(sealed.data), toHex(sealed.tag)]).toEqual(expected)
    const { data, tag = counting(0) } = sealed
    expect(toHex(await platform.decryptGcm(size, key, iv, { data: embedded(data), tag }, aad))).toBe(toHex(plain))
    for (const wrong of [{ data }, { data, tag: tag.subarray(1) }, { data, tag: counting(16) }, { data: plain, tag }]) {
      expect(await platform.decryptGcm(size, key, iv, wrong, aad)).toBeUndefined()
    }
    expect(await platform.decryptGcm(size, key, iv, sealed)).toBeUndefined()
  }
})

test('compares', () => {
  expect(platform.equal(counting(20), embedded(counting(20)))).toBe(true)
  expect(platform.equal(counting(20), counting(20, 1))).toBe(false)
  expect(platform.equal(counting(20), counting(21))).toBe(false)
  expect(platform.equal(counting(0), counting(0))).toBe(true)
})

test('spells bytes as base64url and in hexadecimal', () => {
  const { toBase64url, fromBase64url, toHex: spell, fromHex, toUtf8, toLatin1 } = platform.text
  for (const bytes of [0, 1, 2, 3, 256, 8191, 8192, 8193, 100_000].map((length) => counting(length, 1))) {
    const [base64url, hex] = [Buffer.from(bytes).toString('base64url'), Buffer.from(bytes).toString('hex')]
    expect([toBase64url(embedded(bytes)), spell(embedded(bytes))]).toEqual([base64url, hex])
    expect([toHex(fromBase64url(base64url)), toHex(fromHex(hex))]).toEqual([hex, hex])
  }
  for (const odd of ['=', '!', 'A', 'AB C', 'é\ud800€', 'zz', 'abd', 'A===']) {
    expect(toBase64url(fromBase64url(odd))).not.toBe(odd)
    expect(spell(fromHex(odd))).not.toBe(odd)
  }
  expect(toHex(toUtf8('ä€\ud800'))).toBe('c3a4e282acefbfbd')
  expect(toHex(toLatin1('\0ä\xff'))).toBe('00e4ff')
})

const zlib = {
  rawDeflate: [deflateRawSync, inflateRawSync],
  gzip: [gzipSync, gunzipSync],
} as const

describe.each(['rawDeflate', 'gzip'] as const)('%s', (name) => {
  const { compress, expand } = platform[name]
  const [compressElsewhere, expandElsewhere] = zlib[name]

  test('is read and written by others', async () => {
    for (const bytes of [counting(0), counting(1000), new Uint8Array(nodeCrypto.randomBytes(100_000))]) {
      expect(toHex(expandElsewhere(await compress(embedded(bytes))))).toBe(toHex(bytes))
      const theirs = new Uint8Array(compressElsewhere(bytes))
      expect(toHex(await expand(embedded(theirs), 100_000))).toBe(toHex(bytes))
    }
  })

  test('expands up to its limit and no further', async () => {
    const bytes = new Uint8Array(100_000)
    const compressed = await compress(bytes)
    expect(compressed.length).toBeLessThan(1000)
    expect(await expand(compressed, 100_000)).toHaveLength(100_000)
    expect(await expand(compressed, 99_999)).toBeUndefined()
  })

  test('expands nothing that was cut off, lengthened or never compressed', async () => {
    const compressed = await compress(counting(1000))
    expect(await expand(compressed.slice(0, -1), 100_000)).toBeUndefined()
    expect(await expand(Uint8Array.from([...compressed, 0]), 100_000)).toBeUndefined()
    expect(await expand(Uint8Array.from([...compressed, ...compressed]), 100_000)).toBeUndefined()
    expect(await expand(counting(0), 100_000)).toBeUndefined()
    expect(await expand(new Uint8Array(1000), 100_000)).toBeUndefined()
    expect(await expand(new Uint8Array(1000).fill(0xff), 100_000)).toBeUndefined()
  })
})

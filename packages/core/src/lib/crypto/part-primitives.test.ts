import * as nodeCrypto from 'node:crypto'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { primitives } from '#parts'
import type { Bytes } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import type { Algorithm } from './part-primitives.ts'

const counting = (length: number, start = 0): Bytes => Uint8Array.from({ length }, (_, at) => start + at)
/** The same bytes in the middle of a larger buffer, as sockets and Node's pool hand them out. */
const embedded = (bytes: Bytes): Bytes => {
  const around = new Uint8Array(bytes.length + 20).fill(0xee)
  around.set(bytes, 7)
  return around.subarray(7, 7 + bytes.length)
}
const plain = (bytes: Bytes | undefined): Bytes | undefined => bytes && Uint8Array.from(bytes)

const names = [128, 192, 256].flatMap((size) => ['gcm', 'cbc', 'ctr'].map((mode) => `aes-${size}-${mode}`))
const algorithms = [...names, 'chacha20-poly1305']
  .map((name) => ({ name, tagLength: /gcm|poly/.test(name) ? 16 : 0 }) as Algorithm)
  .filter(({ name }) => !primitives.lacks.has(name))
const keyOf = ({ name }: Algorithm): Bytes => counting((Number(/\d{3}/.exec(name)?.[0]) || 256) / 8, 3)
const keyFor = (algorithm: Algorithm): Bytes => (algorithm.name.startsWith('aes') ? keyOf(algorithm) : counting(32))

describe.each(algorithms)('$name', (algorithm) => {
  const key = keyFor(algorithm)
  const aad = counting(61)
  const data = counting(192, 9)

  test('encrypts as an independent implementation does, with a nonce of zeros', async () => {
    const iv = new Uint8Array(algorithm.tagLength > 0 ? 12 : 16)
    const options = { authTagLength: 16 }
    const cipher = nodeCrypto.createCipheriv(algorithm.name as 'aes-256-gcm', key, iv, options)
    if (algorithm.tagLength > 0) cipher.setAAD(aad)
    const expected = Buffer.concat([cipher.update(data), cipher.final()])
    const sealed = await primitives.encrypt(algorithm, embedded(key), embedded(data), embedded(aad))
    expect(plain(sealed.data)).toEqual(Uint8Array.from(expected))
    expect(plain(sealed.tag)).toEqual(algorithm.tagLength > 0 ? Uint8Array.from(cipher.getAuthTag()) : undefined)
    const opened = await primitives.decrypt(algorithm, key, embedded(sealed.data), aad, sealed.tag)
    expect(plain(opened)).toEqual(data)
  })

  test('never throws for what it did not encrypt', async () => {
    const tag = algorithm.tagLength > 0 ? counting(16) : undefined
    for (const length of [0, 1, 15, 16, 64, 100]) {
      const opened = await primitives.decrypt(algorithm, key, counting(length), aad, tag)
      expect(opened === undefined || (!tag && opened instanceof Uint8Array)).toBe(true)
    }
  })

  if (algorithm.tagLength > 0)
    test('decrypts nothing under another tag, key or head', async () => {
      const { data: sealed, tag } = await primitives.encrypt(algorithm, key, data, aad)
      const other = plain(tag)!
      other[15]! ^= 1
      expect(await primitives.decrypt(algorithm, key, sealed, aad, other)).toBeUndefined()
      expect(await primitives.decrypt(algorithm, counting(key.length, 99), sealed, aad, tag)).toBeUndefined()
      expect(await primitives.decrypt(algorithm, key, sealed, counting(60), tag)).toBeUndefined()
    })
})

test.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('HMAC with %s is that of RFC 2104', async (hash) => {
  for (const length of [0, 1, 300]) {
    const expected = nodeCrypto.createHmac(hash, counting(64)).update(counting(length)).digest()
    const signed = await primitives.hmac(hash, embedded(counting(64)), embedded(counting(length)))
    expect(plain(signed)).toEqual(Uint8Array.from(expected))
  }
})

describe.each([
  ['deflate-raw', deflateRawSync],
  ['gzip', gzipSync],
] as const)('%s', (format, ours) => {
  const long = new Uint8Array(300_000).fill(65)

  test('gives back what it compressed, and reads what others did', async () => {
    for (const data of [counting(0), counting(1), counting(200), long]) {
      const compressed = await primitives.compress(format, embedded(data))
      expect(plain(await primitives.expand(format, embedded(compressed), data.length + 1))).toEqual(data)
      expect(plain(await primitives.expand(format, ours(data), data.length + 1))).toEqual(data)
    }
  })

  test('takes exactly what the limit allows', async () => {
    const compressed = await primitives.compress(format, long)
    expect(plain(await primitives.expand(format, compressed, long.length))).toEqual(long)
    expect(await primitives.expand(format, compressed, long.length - 1)).toBeUndefined()
  })

  test('stops at the limit, however much there would be', async () => {
    const bomb = ours(new Uint8Array(64 * 1024 * 1024))
    const before = process.memoryUsage().arrayBuffers
    expect(await primitives.expand(format, bomb, 1000)).toBeUndefined()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
  })

  test('answers undefined for what is cut off, longer or changed', async () => {
    const compressed = plain(await primitives.compress(format, counting(200)))!
    expect(await primitives.expand(format, compressed.subarray(0, -1), 1000)).toBeUndefined()
    expect(await primitives.expand(format, Uint8Array.from([...compressed, 0]), 1000)).toBeUndefined()
    expect(await primitives.expand(format, counting(50, 200), 1000)).toBeUndefined()
    expect(await primitives.expand(format, counting(0), 1000)).toBeUndefined()
  })
})

if (primitives.lacks.size > 0)
  test('a size that the runtime does not have is a SessionConfigError', async () => {
    const algorithm: Algorithm = { name: 'aes-192-gcm', tagLength: 16 }
    // What Chromium answers to a key of 24 bytes, any platform answers to one of 17.
    await expect(primitives.encrypt(algorithm, counting(17), counting(64), counting(61))).rejects.toThrow(
      SessionConfigError,
    )
  })

import type { Cipher } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { answerTo, counting, embedded, plain, withBitChanged } from './bytes.ts'
import { expectSessionsKept } from './keeps-sessions.ts'

export interface CipherSuiteOptions {
  readonly name: string
  readonly create: () => Cipher
  /** Whether what it gives can be read by anyone, as with `none`. Default `false`. */
  readonly readable?: boolean
}

const [key, salt, aad] = [counting(32), counting(24, 100), counting(61, 50)]
const lengths = [64, 128, 1088, 65_536]

/**
 * The conformance suite of ciphers: call it in a vitest file.
 *
 * @example
 * testCipher({ name: 'mine', create: () => myCipher })
 */
export function testCipher({ name, create, readable = false }: CipherSuiteOptions): void {
  const cipher = create()
  const encrypt = (data: Uint8Array<ArrayBuffer>) => cipher.encrypt(data, key, salt, aad)

  describe(`the ${name} cipher`, () => {
    test('says which it is, and how long its tag is', () => {
      expect(cipher.name).toMatch(/^[a-z\d][a-z\d.-]{0,63}$/i)
      expect(cipher.tagLength === 0 || (cipher.tagLength >= 16 && cipher.tagLength <= 64)).toBe(true)
    })

    test.each(lengths)('gives back %i bytes, with a tag as long as it says', async (length) => {
      const data = counting(length)
      const sealed = await cipher.encrypt(embedded(data), embedded(key), embedded(salt), embedded(aad))
      expect(sealed.tag?.length ?? 0).toBe(cipher.tagLength)
      const tag = sealed.tag && embedded(sealed.tag)
      const opened = await cipher.decrypt(embedded(sealed.data), embedded(key), embedded(salt), embedded(aad), tag)
      expect(plain(opened)).toEqual(data)
    })

    test('leaves what it was given as it was', async () => {
      const given = [counting(128), counting(32), counting(24), counting(61)] as const
      const sealed = await cipher.encrypt(...given)
      const [data, tag] = [plain(sealed.data), plain(sealed.tag)]
      await cipher.decrypt(sealed.data, given[1], given[2], given[3], sealed.tag)
      expect(given).toEqual([counting(128), counting(32), counting(24), counting(61)])
      expect([plain(sealed.data), plain(sealed.tag)]).toEqual([data, tag])
    })

    test('encrypts each of many at the same time as it would alone', async () => {
      const many = Array.from({ length: 20 }, (_, at) => counting(64, at))
      const sealed = await Promise.all(many.map(encrypt))
      const opened = await Promise.all(sealed.map((one) => cipher.decrypt(one.data, key, salt, aad, one.tag)))
      expect(opened.map(plain)).toEqual(many)
    })

    if (!readable)
      test('hides the data, under every key otherwise', async () => {
        const text = (bytes: Uint8Array<ArrayBuffer>) => Buffer.from(bytes).toString('latin1')
        const sealed = await encrypt(counting(128))
        const other = await cipher.encrypt(counting(128), counting(32, 9), salt, aad)
        expect(text(sealed.data)).not.toContain(text(counting(16)))
        expect(plain(other.data)).not.toEqual(plain(sealed.data))
      })

    if (create().tagLength > 0)
      test('decrypts nothing that has a bit changed, nor under another head or key', async () => {
        const { data, tag = counting(0) } = await encrypt(counting(128))
        const opens = (...asked: Parameters<Cipher['decrypt']>) => answerTo(() => cipher.decrypt(...asked))
        for (let at = 0; at < data.length; at += 7)
          expect(await opens(withBitChanged(data, at), key, salt, aad, tag)).toBeUndefined()
        for (let at = 0; at < tag.length; at++)
          expect(await opens(data, key, salt, aad, withBitChanged(tag, at))).toBeUndefined()
        for (let at = 0; at < aad.length; at += 5)
          expect(await opens(data, key, salt, withBitChanged(aad, at), tag)).toBeUndefined()
        expect(await opens(data, withBitChanged(key, 0), salt, aad, tag)).toBeUndefined()
        expect(await opens(data.subarray(0, -1), key, salt, aad, tag)).toBeUndefined()
      })

    test('keeps sessions', () => expectSessionsKept({ cipher }))
  })
}

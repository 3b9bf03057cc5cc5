import type { Hmac } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { counting, embedded, plain, withBitChanged } from './bytes.ts'
import { expectSessionsKept } from './keeps-sessions.ts'

export interface HmacSuiteOptions {
  readonly name: string
  readonly create: () => Hmac
}

/** The conformance suite of HMACs: call it in a vitest file. */
export function testHmac({ name, create }: HmacSuiteOptions): void {
  const hmac = create()
  const key = counting(64)
  const sign = async (data: Uint8Array<ArrayBuffer>, under: Uint8Array<ArrayBuffer> = key) =>
    plain(await hmac.sign(under, data))

  describe(`the ${name} HMAC`, () => {
    test('says which it is, and how long what it gives is', () => {
      expect(hmac.name).toMatch(/^[a-z\d][a-z\d.-]{0,63}$/i)
      expect(hmac.length >= 16 && hmac.length <= 64).toBe(true)
    })

    test.each([1, 63, 64, 1149, 100_000])('signs %i bytes, always the same way', async (length) => {
      const signed = await sign(counting(length))
      expect(signed).toHaveLength(hmac.length)
      expect(plain(await hmac.sign(embedded(key), embedded(counting(length))))).toEqual(signed)
    })

    test('depends on every byte of the message, its length and all of the key', async () => {
      const message = counting(150)
      const signed = await sign(message)
      for (let at = 0; at < message.length; at++) expect(await sign(withBitChanged(message, at))).not.toEqual(signed)
      for (let at = 0; at < key.length; at++) expect(await sign(message, withBitChanged(key, at))).not.toEqual(signed)
      expect(await sign(Uint8Array.from([...message, 0]))).not.toEqual(signed)
    })

    test('gives bytes of its own', async () => {
      const first = await hmac.sign(key, counting(10))
      const kept = plain(first)
      await hmac.sign(key, counting(11))
      expect(plain(first)).toEqual(kept)
    })

    test('keeps sessions', () => expectSessionsKept({ cipher: 'none', hmac }))
  })
}

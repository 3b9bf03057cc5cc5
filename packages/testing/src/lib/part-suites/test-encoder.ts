import type { Encoder } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { answerTo, counting, embedded, plain } from './bytes.ts'
import { expectSessionsKept } from './keeps-sessions.ts'

export interface EncoderSuiteOptions {
  readonly name: string
  readonly create: () => Encoder
}

/** The conformance suite of encoders: call it in a vitest file. */
export function testEncoder({ name, create }: EncoderSuiteOptions): void {
  const encoder = create()

  describe(`the ${name} encoder`, () => {
    test('says which it is', () => {
      expect(encoder.name).toMatch(/^[a-z\d][a-z\d.-]{0,63}$/i)
    })

    test('gives back bytes of every length, in letters that need no escape in a cookie', () => {
      for (let length = 1; length < 300; length++) {
        const bytes = counting(length, length)
        const text = encoder.encode(embedded(bytes))
        expect(text).toMatch(/^[\w~-]+$/)
        expect(plain(encoder.decode(text))).toEqual(bytes)
      }
    })

    test('gives back every octet', () => {
      for (let octet = 0; octet < 256; octet++) {
        const bytes = new Uint8Array(3).fill(octet)
        expect(plain(encoder.decode(encoder.encode(bytes)))).toEqual(bytes)
      }
    })

    test('refuses other text than its own, or can write what it made of it', async () => {
      const text = encoder.encode(counting(77))
      const others = ['=', ' ', '%', '\0', 'é', '-', '0', 'A'].flatMap((letter) => [
        text + letter,
        letter + text,
        text.slice(0, 9) + letter + text.slice(10),
      ])
      for (const other of [...others, text.toUpperCase(), text.toLowerCase(), text.slice(1), text.slice(0, -1)]) {
        const bytes = await answerTo(() => encoder.decode(other))
        if (bytes) expect(encoder.encode(bytes)).toMatch(/^[\w~-]*$/)
      }
    })

    test('keeps sessions', () => expectSessionsKept({ encoder }))
  })
}

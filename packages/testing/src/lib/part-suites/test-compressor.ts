import type { Compressor } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { answerTo, counting, embedded, plain } from './bytes.ts'
import { expectSessionsKept } from './keeps-sessions.ts'

export interface CompressorSuiteOptions {
  readonly name: string
  readonly create: () => Compressor
}

const repetitive = new TextEncoder().encode('{"name":"tea","count":1},'.repeat(400))
/** What grows when it is compressed. */
const noise = crypto.getRandomValues(new Uint8Array(4096))

/** The conformance suite of compressors: call it in a vitest file. */
export function testCompressor({ name, create }: CompressorSuiteOptions): void {
  const compressor = create()

  describe(`the ${name} compressor`, () => {
    test('says which it is, and that it is not none', () => {
      expect(compressor.name).toMatch(/^(?!none$)[a-z\d][a-z\d.-]{0,63}$/i)
    })

    test('gives back what it compressed', async () => {
      for (const data of [repetitive, noise, counting(64), counting(1088), new Uint8Array(1_048_576)]) {
        const compressed = await compressor.compress(embedded(data))
        if (!compressed) continue
        const expanded = await compressor.expand(embedded(compressed), data.length)
        expect(expanded?.length).toBe(data.length)
        expect(expanded && Buffer.from(expanded).equals(data)).toBe(true)
      }
    })

    test('makes what repeats itself a good deal smaller', async () => {
      const compressed = await compressor.compress(repetitive)
      expect(compressed?.length).toBeLessThan(repetitive.length / 4)
    })

    test('leaves what it was given as it was', async () => {
      const data = repetitive.slice()
      const compressed = await compressor.compress(data)
      const kept = plain(compressed)
      if (compressed) await compressor.expand(compressed, data.length)
      expect([plain(data), plain(compressed)]).toEqual([plain(repetitive), kept])
    })

    test('never makes more than it was asked for, however much there is', async () => {
      const bomb = await compressor.compress(new Uint8Array(1_048_576))
      if (!bomb) return
      for (const length of [1, 64, 1000, 1_048_575]) {
        const expanded = await answerTo(() => compressor.expand(bomb, length))
        expect(expanded?.length ?? 0).toBeLessThanOrEqual(length)
      }
    })

    test('answers to what it did not make, and does not hang', async () => {
      const compressed = (await compressor.compress(repetitive)) ?? counting(100)
      const halved = compressed.subarray(0, compressed.length / 2)
      for (const other of [counting(0), counting(1), counting(200, 77), noise, halved]) {
        const expanded = await answerTo(() => compressor.expand(other, repetitive.length))
        expect(expanded && Buffer.from(expanded).equals(repetitive)).not.toBe(true)
      }
    })

    test('keeps sessions', () => expectSessionsKept({ compressor }))
  })
}

import type { Bytes } from '@sojourn/core'
import { expect } from 'vitest'
import { emptiness, valuesOf } from './capabilities.ts'
import type { Stage, StoreTest, StoreTestGroup } from './stage.ts'
import { revisionOf } from './write-tests.ts'

/** Not `toEqual`: on a megabyte it is slow, and its message is the megabyte. */
const same = (a: Bytes | undefined, b: Bytes): boolean =>
  a?.length === b.length && a.every((octet, at) => octet === b[at])

async function expectKept({ first, second, newKey, inSeconds }: Stage, value: Bytes): Promise<void> {
  const key = newKey()
  revisionOf(await first.write(key, value, inSeconds(60), 'absent'))
  expect(same((await second.read(key))?.bytes, value)).toBe(true)
}

const keepsValueOf = (length: number): StoreTest => ({
  title: `of ${length.toLocaleString('en')} ${length === 1 ? 'byte' : 'bytes'}`,
  needs: valuesOf(length),
  run: (stage) => expectKept(stage, stage.newValue(length)),
})

export const valueTests: StoreTestGroup = {
  title: 'keeps values octet for octet',
  tests: [
    keepsValueOf(1),
    keepsValueOf(4096),
    keepsValueOf(1_048_576),
    {
      title: 'of one byte, whichever it is',
      async run(stage) {
        const octets = new Set(stage.newValue(512))
        expect(octets.size).toBe(stage.first.holds === 'ascii' ? 64 : 256)
        for (const octet of octets) await expectKept(stage, new Uint8Array([octet]))
      },
    },
    {
      title: 'of one length after another under one key',
      async run({ first, second, newKey, newValue, inSeconds, capabilities }) {
        const key = newKey()
        for (const length of [1, 70_000, 2, 300, capabilities.largestValue, 1]) {
          const value = newValue(Math.min(length, capabilities.largestValue))
          revisionOf(await first.write(key, value, inSeconds(60), 'any'))
          expect(same((await second.read(key))?.bytes, value)).toBe(true)
        }
      },
    },
    {
      title: 'of none',
      needs: emptiness,
      async run(stage) {
        const { first, newKey, newValue, inSeconds } = stage
        const key = newKey()
        revisionOf(await first.write(key, new Uint8Array(0), inSeconds(60), 'absent'))
        expect((await first.read(key))?.bytes).toHaveLength(0)
        expect(await first.write(key, newValue(), inSeconds(60), 'absent')).toEqual({ ok: false, why: 'exists' })
      },
    },
    {
      title: 'that read like an answer of a server',
      async run(stage) {
        const lines = ['END\r\n', 'VALUE a 0 1\r\nb\r\nEND\r\n', '$-1\r\n', '-ERR no\r\n', '\0']
        const words = ['END', 'ERROR', 'OK', '-1', 'null', 'false', '"text"', '{"a":1}']
        for (const text of stage.first.holds === 'ascii' ? words : [...lines, ...words])
          await expectKept(stage, new TextEncoder().encode(text))
      },
    },
    {
      title: 'that are part of a larger buffer',
      async run(stage) {
        const value = stage.newValue(64)
        const around = new Uint8Array(192)
        around.set(value, 64)
        await expectKept(stage, around.subarray(64, 128))
      },
    },
    {
      title: 'although the caller changes its own afterwards',
      async run({ first, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        const original = value.slice()
        await first.write(key, value, inSeconds(60), 'absent')
        expect(same(value, original)).toBe(true)
        value.fill(65)
        expect(same((await first.read(key))?.bytes, original)).toBe(true)
      },
    },
    {
      title: 'although a reader changes what it was given',
      async run({ first, newKey, newValue, inSeconds }) {
        const [key, value] = [newKey(), newValue()]
        await first.write(key, value, inSeconds(60), 'absent')
        ;(await first.read(key))?.bytes.fill(65)
        expect(same((await first.read(key))?.bytes, value)).toBe(true)
      },
    },
  ],
}

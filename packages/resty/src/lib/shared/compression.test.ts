import { expect, test } from 'vitest'
import { gzip, rawDeflate } from './compression.ts'

test.each([
  ['raw deflate', rawDeflate],
  ['gzip', gzip],
] as const)('%s expands up to its limit and no further', (_, { compress, expand }) => {
  const bytes = new Uint8Array(100_000)
  const compressed = compress(bytes)
  expect(compressed.length).toBeLessThan(1000)
  expect(expand(compressed, 100_000)).toEqual(Buffer.from(bytes))
  expect(expand(compressed, 99_999)).toBeUndefined()
  expect(expand(compressed.slice(0, -1), 100_000)).toBeUndefined()
  expect(expand(bytes, 100_000)).toBeUndefined()
})

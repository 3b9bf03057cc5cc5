import { SessionConfigError } from '@sojourn/core/store'
import { expect, test } from 'vitest'
import { checkedOptions } from './options.ts'

test('without options it is 10 MiB named sessions, under /dev/shm where there is one', () => {
  expect(checkedOptions({})).toMatchObject({ name: 'sessions', size: 10 * 1024 ** 2 })
  expect(checkedOptions({}).path).toMatch(/^\//)
})

test.each([
  ['500k', 512_000],
  ['10m', 10_485_760],
  ['1g', 1_073_741_824],
  [262_144, 262_144],
])('size %s is %d bytes', (size, bytes) => {
  expect(checkedOptions({ size }).size).toBe(bytes)
})

test.each([
  ['name', { name: '../other' }],
  ['name', { name: '' }],
  ['path', { path: '' }],
  ['size', { size: '10 apples' }],
  ['size', { size: 1024 }],
  ['size', { size: Number.NaN }],
])('%s is refused by name: %j', (option, options) => {
  expect(() => checkedOptions(options)).toThrow(SessionConfigError)
  expect(() => checkedOptions(options)).toThrow(option)
})

import { StoreRefusedError } from '@sojourn/core/store'
import { expect, test } from 'vitest'
import { deleteRequest, getRequest, setRequest } from './request.ts'

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const key = 'sessions::abc'

test('requests are one line, and a SET is followed by its value and nothing else', () => {
  expect(getRequest(key).toString()).toBe('GET sessions::abc\r\n')
  expect(deleteRequest(key).toString()).toBe('DELETE sessions::abc\r\n')
  expect(setRequest(key, 60, bytesOf('hello')).toString()).toBe('SET sessions::abc 60 5\r\nhello')
})

test.each([
  '',
  ' ',
  'a b',
  'a ',
  'a\tb',
  'a\rb',
  'a\nb',
  'a\r\nFLUSHALL sessions\r\n',
  'a\0b',
  'a\x7fb',
  'ключ',
  'é',
  '\u{1f36a}',
  'a\u00a0b',
])('a key that is not one word on the wire is refused before it gets there: %j', (bad) => {
  expect(() => getRequest(bad)).toThrow(StoreRefusedError)
  expect(() => deleteRequest(bad)).toThrow(StoreRefusedError)
  expect(() => setRequest(bad, 60, bytesOf('hello'))).toThrow(StoreRefusedError)
})

test.each(['session:Ykq8UhA-6IEpwtyBRy3Amg', 'a', '::', 'sessions::a:b', '{tag}', '%3A', '*'])(
  'a key that is one word is sent as it is: %j',
  (good) => {
    expect(getRequest(good).toString()).toBe(`GET ${good}\r\n`)
  },
)

test.each(['', 'ф', '\x80', 'a\0', 'a\nb', 'a\r\n', '\x7f', '007', '00', '+5', '+0', '-0', '-007', '-00'])(
  'a value that the server would not give back as it is, or that has no ASCII text, is refused: %j',
  (bad) => {
    expect(() => setRequest(key, 60, new Uint8Array(Buffer.from(bad, 'utf8')))).toThrow(StoreRefusedError)
  },
)

test.each(['0', '7', '-7', '1234567890123456789012', '-', '+', '1.0', '1e3', '0x7', '07a', ' 7', '["a"]', 'UzAx'])(
  'a value that the server gives back as it is is sent: %j',
  (good) => {
    expect(setRequest(key, 60, bytesOf(good)).toString()).toBe(`SET sessions::abc 60 ${good.length}\r\n${good}`)
  },
)

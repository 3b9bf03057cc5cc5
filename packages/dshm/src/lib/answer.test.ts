import { describe, expect, test } from 'vitest'
import { type Answer, AnswerReader } from './answer.ts'

/** What a reader says to each of these pieces. */
function answersTo(...pieces: readonly string[]): (Answer | undefined)[] {
  const reader = new AnswerReader()
  return pieces.map((piece) => reader.push(Buffer.from(piece, 'latin1')))
}

const value = (text: string): Answer => ({ kind: 'value', bytes: Buffer.from(text) })

const answers: readonly (readonly [text: string, meaning: Answer])[] = [
  ['LEN 5\r\nhello\r\nDONE\r\n', value('hello')],
  ['LEN 1\r\n7\r\nDONE\r\n', value('7')],
  ['LEN 12\r\nDONE\r\nDONE\r\n\r\nDONE\r\n', value('DONE\r\nDONE\r\n')],
  ['LEN 20\r\nERROR not_found\r\nLEN\r\nDONE\r\n', value('ERROR not_found\r\nLEN')],
  ['DONE\r\n', { kind: 'done' }],
  ['ERROR not_found\r\n', { kind: 'error', reason: 'not_found' }],
  ['ERROR malformed_request\r\n', { kind: 'error', reason: 'malformed_request' }],
]

describe.each(answers)('the answer %j', (text, meaning) => {
  test('is read in one piece', () => {
    expect(answersTo(text)).toEqual([meaning])
  })

  test('is read in two pieces, wherever it is split', () => {
    for (let at = 1; at < text.length; at++)
      expect(answersTo(text.slice(0, at), text.slice(at)), `split at ${at}`).toEqual([undefined, meaning])
  })

  test('is read byte by byte', () => {
    expect(answersTo(...text).at(-1)).toEqual(meaning)
    expect(answersTo(...text).slice(0, -1)).toEqual(Array(text.length - 1).fill(undefined))
  })

  test('is refused when more follows, in the same piece', () => {
    expect(() => answersTo(`${text}D`)).toThrow()
  })

  test('is no answer as long as its last byte is missing', () => {
    expect(answersTo(text.slice(0, -1))).toEqual([undefined])
  })
})

test('a value of a megabyte is read in pieces of any size', () => {
  const text = 'abcdefgh'.repeat(131_072)
  const whole = Buffer.from(`LEN ${text.length}\r\n${text}\r\nDONE\r\n`)
  for (const size of [1000, 65_536, whole.length]) {
    const reader = new AnswerReader()
    let answer: Answer | undefined
    for (let at = 0; at < whole.length; at += size) answer = reader.push(whole.subarray(at, at + size))
    expect(answer?.kind === 'value' && answer.bytes.equals(Buffer.from(text))).toBe(true)
  }
})

test.each([
  'HTTP/1.1 400 Bad Request\r\n',
  '\r\nDONE\r\n',
  'done\r\n',
  'DONE\n',
  ' DONE\r\n',
  'DONE \r\n',
  'DONE\r\nDONE\r\n',
  'ERROR\r\n',
  'ERROR \r\n',
  'ERROR not_found now\r\n',
  'LEN\r\n',
  'LEN \r\n',
  'LEN -1\r\n',
  'LEN 0x5\r\n',
  'LEN 5 \r\n',
  'LEN 12345678901\r\n',
  'LEN 5\nhello\r\nDONE\r\n',
  '\0\0\0\0\r\n',
  'x'.repeat(64),
])('what is no answer is refused: %j', (text) => {
  expect(() => answersTo(text)).toThrow('no answer of ngx-distributed-shm')
})

test.each([
  'LEN 5\r\nhelloDONE\r\n....',
  'LEN 4\r\nhello\r\nDONE\r\n',
  'LEN 5\r\nhello\r\ndone\r\n',
  'LEN 5\r\nhello\r\nDONE\r\nD',
  'LEN 5\r\nhello\r\nERROR bad_request\r\n',
])('a value of another length than was said is refused: %j', (text) => {
  expect(() => answersTo(text)).toThrow('not as long')
})

test('a value that is not ASCII is refused: its length does not count bytes', () => {
  const text = Buffer.from('LEN 4\r\nфzyx\r\nDONE\r\n')
  expect(() => new AnswerReader().push(text)).toThrow('not ASCII')
})

test('the message shows only the beginning of what was sent, on one line', () => {
  expect(() => answersTo(`a\r\n${'secret'.repeat(100)}`)).toThrow(/^[^\n]{0,250}$/)
})

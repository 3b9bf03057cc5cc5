import { describe, expect, test } from 'vitest'
import { ProtocolError } from './protocol-error.ts'
import { type Reply, ReplyParser } from './reply-parser.ts'

const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet)
const lookAlike = 'END\r\nVA 3 c1 O9\r\n'

const stream = Buffer.concat([
  Buffer.from('EN O1\r\nVA 256 c12 O2\r\n'),
  everyOctet,
  Buffer.from(`\r\nHD c13 O3\r\nVA 0 c14 O4\r\n\r\nVA ${lookAlike.length} c15 O5\r\n${lookAlike}\r\nNS O6\r\n`),
])

const replies = [
  ['EN', 'EN O1', undefined],
  ['VA', 'VA 256 c12 O2', Buffer.from(everyOctet).toString('hex')],
  ['HD', 'HD c13 O3', undefined],
  ['VA', 'VA 0 c14 O4', ''],
  ['VA', `VA ${lookAlike.length} c15 O5`, Buffer.from(lookAlike).toString('hex')],
  ['NS', 'NS O6', undefined],
]

function parse(...chunks: readonly Buffer[]) {
  const found: Reply[] = []
  const parser = new ReplyParser((reply) => found.push(reply))
  for (const chunk of chunks) parser.push(chunk)
  return found.map(({ code, line, value }) => [code, line, value && Buffer.from(value).toString('hex')])
}

describe('replies are found', () => {
  test('in one chunk', () => {
    expect(parse(stream)).toEqual(replies)
  })

  test('wherever the stream is cut in two', () => {
    for (let at = 0; at <= stream.length; at++)
      expect(parse(stream.subarray(0, at), stream.subarray(at))).toEqual(replies)
  })

  test('in chunks of one octet', () => {
    expect(parse(...Array.from(stream, (octet) => Buffer.from([octet])))).toEqual(replies)
  })

  test('only when they are complete', () => {
    for (let at = 0; at < stream.length; at++) {
      const found = parse(stream.subarray(0, at))
      expect(found).toEqual(replies.slice(0, found.length))
      expect(found.length).toBeLessThan(replies.length)
    }
  })

  test('with values that are not views on what the network delivered', () => {
    const chunk = Buffer.from('VA 3 c1 O1\r\nabc\r\n')
    const found: Reply[] = []
    new ReplyParser((reply) => found.push(reply)).push(chunk)
    chunk.fill(0)
    expect(Buffer.from(found[0]!.value!).toString()).toBe('abc')
  })
})

test.each([
  ['a line that ends in a line feed only', 'HD\n'],
  ['a line without end', 'x'.repeat(3000)],
  ['a long line', `${'x'.repeat(3000)}\r\n`],
  ['a value of no length', 'VA\r\n'],
  ['a value of a negative length', 'VA -1 c1\r\n'],
  ['a value of a broken length', 'VA 1.5 c1\r\n'],
  ['a value of a length in words', 'VA ten c1\r\n'],
  ['a value larger than memcached can hold', 'VA 1073741825 c1\r\n'],
  ['a value longer than announced', 'VA 3 c1\r\nabcd\r\n'],
  ['a value that is followed by something else', 'VA 3 c1\r\nabcHD\r\n'],
])('%s is a protocol error, in one chunk and in many', (_, text) => {
  expect(() => parse(Buffer.from(text))).toThrow(ProtocolError)
  expect(() => parse(...Array.from(text, (character) => Buffer.from(character)))).toThrow(ProtocolError)
})

test('a protocol error shows the beginning of what was received, and no control characters', () => {
  expect(() => parse(Buffer.from(`\0\x1b[31m${'x'.repeat(3000)}\r\n`))).toThrow(
    /^memcached sent too long a line: "\\u0000\\u001b\[31mx{70,75}"$/,
  )
})

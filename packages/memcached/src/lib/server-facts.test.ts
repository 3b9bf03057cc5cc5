import { StoreRefusedError } from '@sojourn/core/store'
import { describe, expect, test } from 'vitest'
import { ProtocolError } from './protocol-error.ts'
import { Introduction, type ServerFacts } from './server-facts.ts'
import { introductionOf } from './test-support/fake-server.ts'

function introduced(text: string): ServerFacts | undefined {
  const introduction = new Introduction('here:1')
  let facts: ServerFacts | undefined
  for (const line of text.split('\r\n').slice(0, -1))
    facts = introduction.take({ line, code: line.split(' ', 1)[0] ?? '' })
  return facts
}

const introducedWith = (stats: Readonly<Record<string, string>>) => introduced(introductionOf(stats))

test('a server introduces itself with its version, its start and its limits', () => {
  expect(introducedWith({})).toEqual({
    version: '1.6.18',
    incarnation: 'here:1/7/990',
    itemSizeMax: 1_048_576,
    evicts: true,
  })
  expect(introducedWith({ item_size_max: '2097152', evictions: 'off' })).toMatchObject({
    itemSizeMax: 2_097_152,
    evicts: false,
  })
})

test('nothing is known before the last line', () => {
  expect(introduced(introductionOf().slice(0, -5))).toBeUndefined()
})

describe('the incarnation of a server', () => {
  const incarnation = (stats: Readonly<Record<string, string>>) => introducedWith(stats)?.incarnation

  test('stays the same while it runs', () => {
    expect(incarnation({ time: '2000', uptime: '1010' })).toBe(incarnation({}))
  })

  test('is another one after a restart, even under the same process id', () => {
    expect(incarnation({ time: '1001', uptime: '0' })).not.toBe(incarnation({}))
    expect(incarnation({ pid: '8' })).not.toBe(incarnation({}))
  })
})

describe('a server is refused', () => {
  test.each(['1.4.25', '1.5.22', '1.6.9', '0.9', ''])('with version "%s"', (version) => {
    expect(() => introducedWith({ version })).toThrow(StoreRefusedError)
    expect(() => introducedWith({ version })).toThrow(/here:1 is version .* Use 1\.6\.10 or newer/)
  })

  test.each(['1.6.10', '1.6.21_1-dirty', '1.7.1', '1.10.0', '2.0.0'])('but not with version %s', (version) => {
    expect(introducedWith({ version })?.version).toBe(version)
  })

  test('without compare-and-set', () => {
    expect(() => introducedWith({ cas_enabled: 'no' })).toThrow('option -C')
  })

  test('when it wants a password', () => {
    expect(() => introduced('CLIENT_ERROR unauthenticated\r\n')).toThrow(StoreRefusedError)
    expect(() => introduced('CLIENT_ERROR unauthenticated\r\n')).toThrow('option -Y')
  })

  test('when it is something else', () => {
    for (const greeting of ['220 mail ESMTP\r\n', "-ERR unknown command 'stats'\r\n", 'HTTP/1.1 400 Bad Request\r\n'])
      expect(() => introduced(greeting)).toThrow(ProtocolError)
  })
})

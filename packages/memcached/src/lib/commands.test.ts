import { type Bytes, type Expect, type Revision, StoreRefusedError } from '@sojourn/core/store'
import { describe, expect, test } from 'vitest'
import { checkedKey, deleteCommand, getCommand, setCommand, timeToLive } from './commands.ts'
import { ProtocolError } from './protocol-error.ts'
import type { ServerFacts } from './server-facts.ts'

const server: ServerFacts = { version: '1.6.18', incarnation: 'here/7/990', itemSizeMax: 1024, evicts: true }
const sameAfterRestart: ServerFacts = { ...server, incarnation: 'here/7/1200' }
const value: Bytes = new TextEncoder().encode('\0\r\nÿ')
const reply = (line: string) => ({ line, code: line.split(' ', 1)[0] ?? '' })

const set = (expected: Expect) => setCommand('k', value, 60, expected).encode('5', server).toString('latin1')

describe('on the wire', () => {
  test('are a get, a set and a delete', () => {
    expect(getCommand('k').encode('5', server).toString()).toBe('mg k c v O5\r\n')
    expect(deleteCommand('k').encode('5', server).toString()).toBe('md k O5\r\n')
    expect(set('any')).toBe('ms k 5 c T60 O5\r\n\0\r\n\u00c3\u00bf\r\n')
  })

  test("is 'absent' an add", () => {
    expect(set('absent')).toContain('ms k 5 c T60 ME O5\r\n')
  })

  test('is a revision its number, while the server that gave it runs', () => {
    const read = getCommand('k').decode({ ...reply('VA 5 c42 O5'), value }, server)
    expect(set(read!.revision)).toContain('ms k 5 c T60 C42 O5\r\n')
    expect(deleteCommand('k', read!.revision).encode('5', server).toString()).toBe('md k C42 O5\r\n')
  })

  test('is a revision of another life of the server a number that no value has', () => {
    const before = setCommand('k', value, 60, 'any').decode(reply('HD c42 O5'), server)
    if (!before.ok) throw new Error('refused')
    const command = setCommand('k', value, 60, before.revision).encode('5', sameAfterRestart)
    expect(command.toString('latin1')).toContain('C18446744073709551615 O5\r\n')
  })

  test('is a copy of the value, so that the caller may change its own', () => {
    const own = new Uint8Array([65])
    const octets = setCommand('k', own, 60, 'any').encode('5', server)
    own.fill(66)
    expect(octets.toString()).toContain('\r\nA\r\n')
  })
})

describe('an answer', () => {
  const revision = '42@here/7/990' as Revision

  test.each([
    ['HD c43 O5', 'any', { ok: true, revision: '43@here/7/990' }],
    ['HD O5 c43', 'absent', { ok: true, revision: '43@here/7/990' }],
    ['NS c0 O5', 'absent', { ok: false, why: 'exists' }],
    ['EX c0 O5', revision, { ok: false, why: 'changed' }],
    ['NF c0 O5', revision, { ok: false, why: 'gone' }],
  ] as const)('%s to a set that expects %s', (line, expected, outcome) => {
    expect(setCommand('k', value, 60, expected).decode(reply(line), server)).toEqual(outcome)
  })

  test.each(['HD O5', 'NS c0 O5', 'EN O5', 'CLIENT_ERROR bad data chunk'])(
    '%s to a set of anything is a protocol error',
    (line) => {
      expect(() => setCommand('k', value, 60, 'any').decode(reply(line), server)).toThrow(ProtocolError)
    },
  )

  test('to a get is nothing, or the value with its revision; anything else is a protocol error', () => {
    expect(getCommand('k').decode(reply('EN O5'), server)).toBeUndefined()
    expect(getCommand('k').decode({ ...reply('VA 5 c42 O5'), value }, server)).toEqual({ bytes: value, revision })
    for (const line of ['HD c42 O5', 'NF O5', 'ERROR'])
      expect(() => getCommand('k').decode(reply(line), server)).toThrow(ProtocolError)
    expect(() => getCommand('k').decode({ ...reply('VA 5 O5'), value }, server)).toThrow(ProtocolError)
  })

  test('to a delete says whether the key is absent now', () => {
    for (const line of ['HD O5', 'NF O5']) expect(deleteCommand('k').decode(reply(line), server)).toBe(true)
    expect(deleteCommand('k', revision).decode(reply('EX O5'), server)).toBe(false)
    expect(() => deleteCommand('k').decode(reply('EX O5'), server)).toThrow(ProtocolError)
  })
})

test('an item that memcached would not take is refused before it is sent, to the byte', () => {
  const largest = new Uint8Array(1024 - 59 - 'key'.length)
  expect(setCommand('key', largest, 60, 'any').encode('5', server)).toBeInstanceOf(Buffer)
  const tooLarge = setCommand('key', new Uint8Array(largest.length + 1), 60, 'any')
  expect(() => tooLarge.encode('5', server)).toThrow(StoreRefusedError)
  expect(() => tooLarge.encode('5', server)).toThrow(
    '1025 bytes is too large for memcached, which takes 1024. Start it with a larger -I.',
  )
})

test.each(['', 'two words', 'tab\t', 'nul\0', 'line\r\nflush_all', 'ключ', '\x7f', 'x'.repeat(251)])(
  'the key %j is refused',
  (key) => {
    expect(() => checkedKey(key)).toThrow(StoreRefusedError)
  },
)

test('a key of 250 visible characters is a key', () => {
  expect(checkedKey(`!~:{}${'x'.repeat(245)}`)).toHaveLength(250)
})

describe('an expiry', () => {
  const second = 1_800_000_000

  test.each([
    [second + 60, second * 1000, 60],
    [second + 60, second * 1000 + 1, 60],
    [second + 60, second * 1000 + 999, 60],
    [second + 1, second * 1000 + 999, 1],
    [second, second * 1000 - 1, 1],
    [second, second * 1000, -1],
    [second - 10, second * 1000, -1],
    [second + 2_592_000, second * 1000, 2_592_000],
    [second + 2_592_001, second * 1000, second + 2_592_001],
    [second + 400 * 86_400, second * 1000, second + 400 * 86_400],
  ])('at %d, when it is %d, is T%d', (expiresAt, now, ttl) => {
    expect(timeToLive(expiresAt, now)).toBe(ttl)
  })
})

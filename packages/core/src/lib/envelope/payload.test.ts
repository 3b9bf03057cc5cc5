import { describe, expect, test } from 'vitest'
import type { Claims, State } from '../contracts/state.ts'
import type { Bytes } from '../contracts/store.ts'
import { SessionDataError } from '../errors.ts'
import { decodeRecord, decodeState, encodeDead, encodeMoved, encodeState } from './payload.ts'

const NOW = 1_800_000_000
const bytes = (length: number, start = 1): Bytes => Uint8Array.from({ length }, (_, at) => start + at)
const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
/** Plain arrays, so that a Buffer and a Uint8Array with the same bytes are equal. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, inner) =>
      inner?.buffer || inner?.type === 'Buffer' ? [...(inner.data ?? inner)] : inner,
    ),
  )

const stateOf = (claims: Partial<Claims> = {}, data: Bytes = utf8('{}')): State => ({
  claims: {
    id: bytes(32),
    began: NOW - 300,
    rolled: NOW - 200,
    touched: NOW - 100,
    remember: false,
    stale: false,
    subject: '',
    bound: new Uint8Array(),
    dataVersion: 0,
    ...claims,
  },
  data,
})
const changed = (payload: Bytes, change: (payload: Bytes) => void): Bytes => {
  const copy = Uint8Array.from(payload)
  change(copy)
  return copy
}
const setU40 = (payload: Bytes, at: number, value: number): void => {
  for (let place = 4, rest = value; place >= 0; place--, rest = Math.floor(rest / 256)) payload[at + place] = rest
}
const BEGAN = 5 + 32
const ROLLED = BEGAN + 5
const TOUCHED = ROLLED + 5

describe('a session', () => {
  test('has its fields in the documented places', () => {
    const payload = encodeState(
      stateOf(
        { remember: true, stale: true, subject: 'ada', bound: bytes(16, 100), dataVersion: 0x0203 },
        utf8('{"a":1}'),
      ),
    )
    const times = new Uint8Array(15)
    for (const [at, time] of [NOW - 300, NOW - 200, NOW - 100].entries()) setU40(times, at * 5, time)
    const expected = Buffer.concat([
      Uint8Array.of(0x01, 0b111, 0x02, 0x03, 32),
      bytes(32),
      times,
      bytes(16, 100),
      Uint8Array.of(0, 3),
      utf8('ada'),
      Uint8Array.of(0, 0, 0, 7),
      utf8('{"a":1}'),
    ])
    expect([...payload.subarray(0, expected.length)]).toEqual([...expected])
    expect(payload).toHaveLength(128)
    expect(payload.subarray(expected.length).every((octet) => octet === 0)).toBe(true)
  })

  test.each([
    ['nothing set', stateOf()],
    ['no data at all', stateOf({}, new Uint8Array())],
    ['remember', stateOf({ remember: true })],
    ['stale', stateOf({ remember: true, stale: true })],
    ['a subject', stateOf({ subject: 'ada@example.org' })],
    ['a subject in many scripts', stateOf({ subject: '\ufeffžluťoučký 漢字 😀' })],
    ['the longest subject', stateOf({ subject: 'x'.repeat(65_535) })],
    ['bound facts', stateOf({ bound: bytes(16) })],
    ['the highest data version', stateOf({ dataVersion: 65_535 })],
    ['the shortest id', stateOf({ id: bytes(16) })],
    ['the longest id', stateOf({ id: bytes(64) })],
    ['times beyond 32 bits', stateOf({ began: 2 ** 33, rolled: 2 ** 34 + 1, touched: 2 ** 40 - 1 })],
    ['2,800 bytes of data', stateOf({}, bytes(2800))],
  ])('comes back as it was, with %s', (_with, state) => {
    const now = state.claims.touched
    const payload = encodeState(state)
    expect(payload.length % 64).toBe(0)
    expect(plain(decodeState(payload, now))).toEqual(plain(state))
    expect(plain(decodeRecord(payload, now))).toEqual(plain({ kind: 'live', state }))
  })

  test('is read from the middle of a larger buffer', () => {
    const around = Buffer.concat([bytes(9), encodeState(stateOf({ subject: 'ada' })), bytes(9)])
    expect(plain(decodeState(around.subarray(9, -9), NOW))).toEqual(plain(stateOf({ subject: 'ada' })))
  })

  test.each([
    [0, 64],
    [6, 64],
    [7, 128],
    [1024, 1088],
    [1030, 1088],
    [1031, 1152],
  ])('of %i bytes of JSON takes %i', (length, expected) => {
    expect(encodeState(stateOf({}, bytes(length)))).toHaveLength(expected)
  })

  test.each([
    ['one byte too many', 'x'.repeat(65_536)],
    ['too many bytes in fewer characters', '漢'.repeat(21_846)],
    ['a lone surrogate, which UTF-8 cannot tell from others', 'ada\ud800'],
  ])('cannot have a subject with %s', (_what, subject) => {
    expect(() => encodeState(stateOf({ subject }))).toThrow(SessionDataError)
  })
})

describe('a session is malformed', () => {
  const payload = encodeState(stateOf({ subject: 'ada' }, utf8('{"name":"Ada"}')))
  const refused = (broken: Bytes, now = NOW): void => {
    expect(decodeState(broken, now)).toBeUndefined()
    expect(decodeRecord(broken, now)).toBeUndefined()
  }

  test('when it is cut or extended, by any length', () => {
    const long = encodeState(stateOf({ bound: bytes(16) }, bytes(200)))
    for (let length = 0; length < long.length; length++) refused(long.slice(0, length))
    for (let more = 1; more <= 130; more++) refused(Buffer.concat([long, new Uint8Array(more)]))
  })

  test('when any byte of the padding is not zero', () => {
    const used = 26 + 32 + 3 + 14
    expect(used).toBeLessThan(payload.length)
    for (let at = used; at < payload.length; at++) refused(changed(payload, (copy) => copy.fill(1, at, at + 1)))
  })

  test.each([0, 4, 5, 0x80, 0xff])('with layout byte %i', (layout) => {
    refused(changed(payload, (copy) => copy.fill(layout, 0, 1)))
  })

  test.each([8, 16, 32, 64, 128, 255])('with unknown flags: %i', (flags) => {
    refused(changed(payload, (copy) => copy.fill(flags, 1, 2)))
  })

  test('when the flag of the bound facts does not match what is there', () => {
    refused(changed(payload, (copy) => copy.fill(4, 1, 2)))
    refused(changed(encodeState(stateOf({ bound: bytes(16) })), (copy) => copy.fill(0, 1, 2)))
  })

  test.each([0, 15, 65, 255])('with an id of %i bytes', (length) => {
    refused(encodeState(stateOf({ id: bytes(length) }, bytes(300))))
  })

  test.each([
    ['rolled before it began', ROLLED, NOW - 301],
    ['touched before it was rolled', TOUCHED, NOW - 201],
    ['begun after it was rolled', BEGAN, NOW - 199],
    ['rolled after it was touched', ROLLED, NOW - 99],
    ['touched more than a minute ahead', TOUCHED, NOW + 61],
  ])('when it was %s', (_when, at, time) => {
    refused(changed(payload, (copy) => setU40(copy, at, time)))
  })

  test('when all its times are more than a minute ahead, and not when they are a minute ahead', () => {
    const ahead = encodeState(stateOf({ began: NOW, rolled: NOW, touched: NOW }))
    expect(decodeState(ahead, NOW - 60)).toBeDefined()
    refused(ahead, NOW - 61)
  })

  test('when a length leads beyond the end', () => {
    const subjectAt = TOUCHED + 5
    const dataAt = subjectAt + 2 + 3
    refused(changed(payload, (copy) => copy.fill(0xff, subjectAt, subjectAt + 2)))
    refused(changed(payload, (copy) => copy.fill(0xff, dataAt, dataAt + 4)))
    for (const length of [13, 68, 2 ** 31]) {
      refused(changed(payload, (copy) => new DataView(copy.buffer).setUint32(dataAt, length)))
    }
  })

  test.each([
    ['a lone byte', [0x61, 0x80, 0x61]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a longer form than needed', [0xc0, 0xaf, 0x61]],
  ])('when its subject is not UTF-8: %s', (_what, octets) => {
    refused(changed(payload, (copy) => copy.set(octets, TOUCHED + 7)))
  })

  test('when it is another kind of record, which a cookie never is', () => {
    expect(decodeState(encodeMoved({ successor: bytes(32), until: NOW }), NOW)).toBeUndefined()
    expect(decodeState(encodeDead({ until: NOW }), NOW)).toBeUndefined()
  })

  test('and never throws, whatever one byte is changed to', () => {
    for (let at = 0; at < payload.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const broken = changed(payload, (copy) => copy.fill(value, at, at + 1))
        const record = decodeRecord(broken, NOW)
        if (record?.kind === 'live') expect(plain(encodeState(record.state))).toEqual(plain(broken))
      }
    }
  })
})

describe('a moved record', () => {
  test.each([16, 32, 57, 58, 64])('leads to a successor with an id of %i bytes', (length) => {
    const payload = encodeMoved({ successor: bytes(length), until: NOW + 10 })
    expect(payload).toHaveLength(length > 57 ? 128 : 64)
    expect(plain(decodeRecord(payload, NOW))).toEqual(
      plain({ kind: 'moved', successor: bytes(length), until: NOW + 10 }),
    )
  })

  test('has its fields in the documented places', () => {
    const payload = encodeMoved({ successor: bytes(16, 0x41), until: 0x0102030405 })
    const expected = [2, 1, 2, 3, 4, 5, 16, ...bytes(16, 0x41), ...new Uint8Array(41)]
    expect([...payload]).toEqual(expected)
  })

  test.each([15, 65])('is malformed with an id of %i bytes', (length) => {
    expect(decodeRecord(encodeMoved({ successor: bytes(length), until: NOW }), NOW)).toBeUndefined()
  })

  test('is malformed when it is longer, or padded with anything but zeros', () => {
    const payload = encodeMoved({ successor: bytes(32), until: NOW })
    expect(decodeRecord(Buffer.concat([payload, new Uint8Array(64)]), NOW)).toBeUndefined()
    for (let at = 7 + 32; at < 64; at++) {
      expect(
        decodeRecord(
          changed(payload, (copy) => copy.fill(1, at, at + 1)),
          NOW,
        ),
      ).toBeUndefined()
    }
  })
})

describe('a dead record', () => {
  test('says until when, in the documented place', () => {
    const payload = encodeDead({ until: 0x0102030405 })
    expect([...payload]).toEqual([3, 1, 2, 3, 4, 5, ...new Uint8Array(58)])
    expect(decodeRecord(payload, NOW)).toEqual({ kind: 'dead', until: 0x0102030405 })
  })

  test('is malformed when it is longer, or padded with anything but zeros', () => {
    const payload = encodeDead({ until: NOW })
    expect(decodeRecord(Buffer.concat([payload, new Uint8Array(64)]), NOW)).toBeUndefined()
    for (let at = 6; at < 64; at++) {
      expect(
        decodeRecord(
          changed(payload, (copy) => copy.fill(1, at, at + 1)),
          NOW,
        ),
      ).toBeUndefined()
    }
  })
})

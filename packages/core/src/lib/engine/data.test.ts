import { deepStrictEqual } from 'node:assert'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { SessionDataError } from '../errors.ts'
import { type Random, randomFrom } from '../test-support/random.ts'
import { json, type PlainObject } from './data.ts'
import { shapeOf } from './shape.ts'

const bytesOf = (text: string) => new Uint8Array(new TextEncoder().encode(text))
const nested = (depth: number): PlainObject => (depth === 1 ? {} : { a: nested(depth - 1) })
const nestedList = (depth: number): unknown[] => (depth === 1 ? [] : [nestedList(depth - 1)])
const keys = (count: number): PlainObject =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]))

describe('data that JSON keeps', () => {
  const accepted: [string, PlainObject][] = [
    ['nothing', {}],
    ['scalars', { text: 'ä€😀', no: false, yes: true, none: null, zero: 0, one: -1.5, most: Number.MAX_VALUE }],
    ['whole numbers beyond 2^53', { id: 2 ** 60 }],
    ['objects and lists in one another', { a: { b: [{ c: [] }, [[]]] } }],
    ['an empty key, dots and brackets', { '': 1, 'a.b': 2, 'c[0]': 3 }],
    ['lone surrogates, which JSON escapes', { 'key\udc00': 'text\ud800' }],
    ['the names of members of objects', { constructor: 1, prototype: 2, toString: 3, hasOwnProperty: 4 }],
    ['a text that spells a forbidden key', { key: '__proto__' }],
    ['64 levels', nested(64)],
    ['64 levels of lists', { list: nestedList(63) }],
    ['1,000 keys', keys(1000)],
    ['a key of 256 characters', { ['k'.repeat(256)]: 1 }],
    ['long lists, which have no keys', { list: Array.from({ length: 5000 }, (_, index) => index) }],
  ]

  it.each(accepted)('comes back as it was: %s', (_, data) => {
    expect(json.findFault(data)).toBeUndefined()
    deepStrictEqual(json.decode(json.encode(data)), data)
    deepStrictEqual(json.parse(json.encode(data)), data)
  })

  it('may have no prototype, or that of another realm', () => {
    const bare = Object.assign(Object.create(null) as PlainObject, { a: 1 })
    const foreign = runInNewContext('({ a: { b: [1, {}] } })') as PlainObject
    expect(json.decode(json.encode({ bare, foreign }))).toEqual({ bare: { a: 1 }, foreign: { a: { b: [1, {}] } } })
  })

  it('may have undefined members, which are absent', () => {
    expect(json.findFault({ a: undefined, b: { c: undefined } })).toBeUndefined()
    deepStrictEqual(json.parse(json.encode({ a: undefined, b: { c: undefined } })), { b: {} })
  })
})

describe('data that JSON would change, drop or choke on', () => {
  class Account {
    name = 'Ada'
  }
  const cyclic: PlainObject = {}
  cyclic['self'] = { again: cyclic }
  const cyclicList: unknown[] = []
  cyclicList.push(cyclicList)
  // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about.
  const sparse = [1, , 3]

  const refused: [string, unknown, RegExp][] = [
    ['Date', new Date(0), /Date is not plain data/],
    ['Map', new Map(), /Map/],
    ['Set', new Set(), /Set/],
    ['RegExp', /x/, /RegExp/],
    ['Error', new Error('x'), /Error/],
    ['Promise', Promise.resolve(), /Promise/],
    ['bytes', new Uint8Array(1), /Uint8Array/],
    ['a buffer', Buffer.from('x'), /Buffer/],
    ['a URL', new URL('https://example.com'), /URL/],
    ['an instance of a class', new Account(), /Account is not plain data/],
    ['a boxed text', Object('text'), /String/],
    ['a Date of another realm', runInNewContext('new Date(0)'), /Date/],
    ['a function', () => 1, /function cannot be stored/],
    ['a symbol', Symbol('x'), /symbol cannot be stored/],
    ['a BigInt', 1n, /bigint cannot be stored/],
    ['NaN', Number.NaN, /NaN is not a JSON number/],
    ['Infinity', Number.POSITIVE_INFINITY, /Infinity/],
    ['-Infinity', Number.NEGATIVE_INFINITY, /-Infinity/],
    ['-0', -0, /-0 is not a JSON number/],
    ['undefined in a list', [undefined], /undefined cannot be stored/],
    ['a hole in a list', sparse, /undefined cannot be stored/],
    ['an object with its own toJSON', { toJSON: () => 1 }, /function cannot be stored/],
    ['an object that contains itself', cyclic, /contains itself/],
    ['a list that contains itself', cyclicList, /contains itself/],
    ['__proto__', JSON.parse('{"__proto__":{"admin":true}}'), /not allowed/],
    ['a key of 257 characters', { ['k'.repeat(257)]: 1 }, /longer than 256/],
    ['64 levels further down', nested(64), /deeper than 64/],
    ['64 levels of lists further down', nestedList(64), /deeper than 64/],
    ['1,000 keys besides its own', keys(1000), /more than 1000 keys/],
  ]

  it.each(refused)('is refused: %s', (_, value, problem) => {
    expect(json.findFault({ value })?.problem).toMatch(problem)
    expect(() => shapeOf({}).encode({ value })).toThrow(SessionDataError)
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a list', [1]],
    ['a text', 'text'],
    ['a number', 1],
    ['a Map', new Map()],
    ['an instance of a class', new Account()],
  ])('is refused as a whole when it is %s, which would not come back', (_, data) => {
    expect(() => shapeOf({}).encode(data as PlainObject)).toThrow(
      new SessionDataError('Session data: it is not a plain object.', ''),
    )
  })

  it.each([
    [{ when: new Date(0) }, 'when'],
    [{ a: { b: [{ c: 1 }, { d: Number.NaN }] } }, 'a.b[1].d'],
    [
      {
        list: [
          [1, 2],
          [3, undefined],
        ],
      },
      'list[1][1]',
    ],
    [{ a: JSON.parse('[{"__proto__":1}]') }, 'a[0].__proto__'],
    [{ '': { x: 1n } }, '.x'],
  ])('is named by its path: %o', (data, path) => {
    expect(() => shapeOf({}).encode(data)).toThrow(expect.objectContaining({ code: 'session_data', path }))
  })

  it('counts the keys of all objects together', () => {
    expect(json.findFault({ a: keys(499), b: keys(499) })).toBeUndefined()
    expect(json.findFault({ a: keys(499), b: keys(500) })?.problem).toMatch(/keys/)
  })
})

describe('bytes that hold no data', () => {
  it.each([
    '',
    ' ',
    'null',
    'true',
    '1',
    '"text"',
    '[]',
    '[{"a":1}]',
    '{',
    '{"a":1}x',
    '{a:1}',
    '{"a":NaN}',
    '{"a":1e999}',
    '{"a":-0}',
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":null}}]}',
    JSON.stringify(nested(65)),
    '['.repeat(100_000),
    `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`,
    JSON.stringify(keys(1001)),
    JSON.stringify({ ['k'.repeat(257)]: 1 }),
  ])('are no data: %.40j', (text) => {
    expect(json.decode(bytesOf(text))).toBeUndefined()
    expect(({} as { admin?: unknown }).admin).toBeUndefined()
  })

  it('are no data when they are no UTF-8 inside a key or a text that JSON would accept', () => {
    expect(json.decode(new Uint8Array([0xff, 0xfe]))).toBeUndefined()
  })
})

describe('any data', () => {
  const TEXTS = ['', 'a', 'ä€😀', '__proto__', '\ud800', '\0', '"\\', '<!--', 'constructor'] as const

  const anyValue = (random: Random, depth: number): unknown => {
    const kind = random.int(depth > 5 ? 5 : 7)
    if (kind === 5) return Array.from({ length: random.int(4) }, () => anyValue(random, depth + 1))
    if (kind === 6) return anyObject(random, depth + 1)
    const oddities = [undefined, Number.NaN, -0, 1n, new Date(0), Symbol('x')] as const
    return [
      random.pick(TEXTS),
      random.int(1_000_000) / (1 + random.int(1000)),
      random.int(2) === 0,
      null,
      random.int(12) === 0 ? random.pick(oddities) : 'a',
    ][kind]
  }

  const anyObject = (random: Random, depth = 0): PlainObject => {
    const object: PlainObject = {}
    for (let count = random.int(5); count > 0; count--) {
      const key = random.int(40) === 0 ? '__proto__' : `${random.pick(['', 'a', 'b', 'ä'])}${random.int(9)}`
      Object.defineProperty(object, key, {
        value: anyValue(random, depth),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return object
  }

  const withoutUndefined = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withoutUndefined)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, withoutUndefined(member)]),
    )
  }

  it('is refused, or comes back as it was', () => {
    const random = randomFrom(7)
    const counts = { refused: 0, kept: 0 }
    for (let nth = 0; nth < 8000; nth++) {
      const data = anyObject(random)
      if (json.findFault(data)) counts.refused++
      else {
        counts.kept++
        deepStrictEqual(json.decode(json.encode(data)), withoutUndefined(data))
      }
    }
    expect(counts.refused).toBeGreaterThan(500)
    expect(counts.kept).toBeGreaterThan(4000)
  })
})

import type { Serializer } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { expectSessionsKept } from './keeps-sessions.ts'

export interface SerializerSuiteOptions {
  readonly name: string
  readonly create: () => Serializer
  /** Data that it keeps, beyond what JSON keeps: `{ at: new Date(0) }`. */
  readonly keeps?: readonly object[]
  /** Data that it refuses, beyond functions and symbols. */
  readonly refuses?: readonly object[]
}

const ordinary: readonly object[] = [
  {},
  { text: 'tea', empty: '', unicode: '\ufeff漢字 😀 \u2028', number: 1.5, yes: true, no: false, nothing: null },
  { list: [1, 'two', [3, { four: null }]], deep: { deeper: { deepest: [] } } },
  { constructor: 1, toString: 'x', 'a key with "quotes" and \n': { $date: 1 } },
]
/** Nothing that a serializer writes. Hostile text cannot arrive, for it would have to be sealed; mistakes can. */
const others = ['', '{', 'null', 'undefined', '[', '\0', '{"__proto__":{"polluted":true}}', 'function(){}']

/** The conformance suite of serializers: call it in a vitest file. */
export function testSerializer({ name, create, keeps = [], refuses = [] }: SerializerSuiteOptions): void {
  const serializer = create()

  describe(`the ${name} serializer`, () => {
    test('says which it is', () => {
      expect(serializer.name).toMatch(/^[a-z\d][a-z\d.-]{0,63}$/i)
    })

    test.each([...ordinary, ...keeps].map((data) => [data]))('keeps %o', (data) => {
      expect(serializer.deserialize(serializer.serialize(data))).toEqual(data)
    })

    test('gives the same text for the same data, before and after it was kept', () => {
      for (const data of [...ordinary, ...keeps]) {
        const text = serializer.serialize(data)
        expect(typeof text).toBe('string')
        expect(serializer.serialize(data)).toBe(text)
        expect(serializer.serialize(serializer.deserialize(text) as object)).toBe(text)
      }
    })

    test('gives other text for other data', () => {
      const texts = [...ordinary, ...keeps].map((data) => serializer.serialize(data))
      expect(new Set(texts).size).toBe(texts.length)
    })

    test('gives objects of its own each time', () => {
      const text = serializer.serialize({ list: [1], inner: { a: 1 } })
      const [first, second] = [serializer.deserialize(text), serializer.deserialize(text)] as [
        { list: number[] },
        { list: number[] },
      ]
      first.list.push(2)
      expect(second).toEqual({ list: [1], inner: { a: 1 } })
    })

    test('refuses what it cannot keep, instead of changing it', () => {
      for (const data of [{ run: () => 1 }, { symbol: Symbol('x') }, ...refuses]) {
        const kept = attempt(() => serializer.deserialize(serializer.serialize(data)))
        if (kept !== REFUSED) expect(kept).toEqual(data)
      }
    })

    test('makes nothing but data of text, and touches no prototype', () => {
      for (const text of others) {
        const result = attempt(() => serializer.deserialize(text))
        expect(typeof result).not.toBe('function')
        expect('polluted' in {}).toBe(false)
      }
    })

    test('keeps sessions', () => expectSessionsKept({ serializer }))
  })
}

const REFUSED = Symbol('refused')

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch {
    return REFUSED
  }
}

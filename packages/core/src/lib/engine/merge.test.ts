import { describe, expect, it, test } from 'vitest'
import type { OnConflict } from '../contracts/options.ts'
import { type Random, randomFrom } from '../test-support/random.ts'
import type { PlainObject } from './data.ts'
import { merge } from './merge.ts'

const POLICIES: readonly OnConflict[] = ['merge', 'mine', 'theirs', 'throw']
const clean = (data: PlainObject) => ({ data, overwritten: [], conflicts: [] })

describe.each(POLICIES)('with the policy %s, without a conflict', (policy) => {
  test.each<[string, PlainObject, PlainObject, PlainObject, PlainObject]>([
    ['nothing changed', { a: 1 }, { a: 1 }, { a: 1 }, { a: 1 }],
    ['only mine changed', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }],
    ['only theirs changed', { a: 1, b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 2, b: 1 }],
    ['different keys changed', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 2 }],
    ['different keys were added', {}, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['I removed a key', { a: 1, b: 1 }, { b: 1 }, { a: 1, b: 2 }, { b: 2 }],
    ['they removed a key', { a: 1, b: 1 }, { a: 1, b: 2 }, { b: 1 }, { b: 2 }],
    ['both removed a key', { a: 1, b: 1 }, { b: 1 }, { b: 1 }, { b: 1 }],
    ['both changed to the same', { a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }],
    ['both added the same', {}, { a: { b: [1] } }, { a: { b: [1] } }, { a: { b: [1] } }],
    [
      'the change is further down',
      { a: { x: 1, y: 1 } },
      { a: { x: 2, y: 1 } },
      { a: { x: 1, y: 2 } },
      { a: { x: 2, y: 2 } },
    ],
    ['both added an object of one name', {}, { a: { x: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
    ['both made an object of a scalar', { a: 0 }, { a: { x: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
    [
      'keys changed their order',
      { a: { x: 1, y: 1 } },
      { a: { y: 1, x: 1 } },
      { a: { x: 2, y: 1 } },
      { a: { x: 2, y: 1 } },
    ],
    ['a list changed on one side', { a: [1], b: [1] }, { a: [1, 2], b: [1] }, { a: [1], b: [] }, { a: [1, 2], b: [] }],
    ['a list changed to the same', { a: [1] }, { a: [{ x: 1 }] }, { a: [{ x: 1 }] }, { a: [{ x: 1 }] }],
    ['a kind changed on one side', { a: 1 }, { a: [1] }, { a: 1 }, { a: [1] }],
    ['a removed object did not change', { a: { x: 1 } }, {}, { a: { x: 1 }, b: 1 }, { b: 1 }],
    ['undefined says absent', { a: 1, b: 1 }, { a: undefined, b: 1 }, { a: 1, b: 2 }, { b: 2 }],
    [
      'undefined further down says absent',
      { a: { x: 1 } },
      { a: { x: 1, y: undefined } },
      { a: { x: 2 } },
      { a: { x: 2 } },
    ],
  ])('%s', (_, base, mine, theirs, merged) => {
    expect(merge(base, mine, theirs, policy)).toEqual(clean(merged))
  })
})

describe('where both changed', () => {
  type Case = [string, PlainObject, PlainObject, PlainObject, string]
  const scalars: Case[] = [
    ['a scalar', { a: 1 }, { a: 2 }, { a: 3 }, 'a'],
    ['a scalar to another type', { a: 1 }, { a: 'text' }, { a: null }, 'a'],
    ['a scalar further down', { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, { a: { b: { c: 3 } } }, 'a.b.c'],
    ['a scalar that I removed', { a: 1 }, {}, { a: 3 }, 'a'],
    ['a scalar that they removed', { a: 1 }, { a: 2 }, {}, 'a'],
    ['a scalar that was not there', {}, { a: 2 }, { a: 3 }, 'a'],
  ]
  const others: Case[] = [
    ['a list', { a: [] }, { a: [1] }, { a: [2] }, 'a'],
    ['a list that was not there', {}, { a: [1] }, { a: [2] }, 'a'],
    ['a list further down', { a: { b: [1, 2] } }, { a: { b: [1] } }, { a: { b: [2] } }, 'a.b'],
    ['a list that I removed', { a: [] }, {}, { a: [2] }, 'a'],
    ['a list that they removed', { a: [] }, { a: [1] }, {}, 'a'],
    ['an object that I removed', { a: { x: 1 } }, {}, { a: { x: 2 } }, 'a'],
    ['an object that they removed', { a: { x: 1 } }, { a: { x: 2 } }, {}, 'a'],
    ['one to a list and one to a scalar', { a: 1 }, { a: [1] }, { a: 2 }, 'a'],
    ['one to an object and one to a scalar', { a: 1 }, { a: { x: 1 } }, { a: 2 }, 'a'],
    ['one to an object and one to a list', { a: 1 }, { a: {} }, { a: [] }, 'a'],
  ]

  it.each(scalars)('%s: mine, the later write, stands by default', (_, base, mine, theirs, path) => {
    expect(merge(base, mine, theirs, 'merge')).toEqual({ data: mine, overwritten: [path], conflicts: [] })
  })

  it.each(others)('%s: nothing is right by default', (_, base, mine, theirs, path) => {
    expect(merge(base, mine, theirs, 'merge')).toMatchObject({ overwritten: [], conflicts: [path] })
  })

  it.each([...scalars, ...others])('%s: mine stands with `mine`, and is reported', (_, base, mine, theirs, path) => {
    expect(merge(base, mine, theirs, 'mine')).toEqual({ data: mine, overwritten: [path], conflicts: [] })
  })

  it.each([...scalars, ...others])('%s: theirs stands with `theirs`', (_, base, mine, theirs) => {
    expect(merge(base, mine, theirs, 'theirs')).toEqual(clean(theirs))
  })

  it.each([...scalars, ...others])('%s: nothing is right with `throw`', (_, base, mine, theirs, path) => {
    expect(merge(base, mine, theirs, 'throw')).toMatchObject({ overwritten: [], conflicts: [path] })
  })

  it('every path is reported, and the rest is merged', () => {
    const base = { a: 1, list: [1], deep: { b: 1, c: 1 } }
    const mine = { a: 2, list: [2], deep: { b: 2, c: 1 }, mine: 1 }
    const theirs = { a: 3, list: [3], deep: { b: 3, c: 3 }, theirs: 1 }
    expect(merge(base, mine, theirs, 'merge')).toMatchObject({ overwritten: ['a', 'deep.b'], conflicts: ['list'] })
    expect(merge(base, mine, theirs, 'mine').data).toEqual({ ...mine, deep: { b: 2, c: 3 }, theirs: 1 })
  })
})

describe('a merge', () => {
  it('changes none of its sides', () => {
    const sides = () => [{ a: { x: 1 } }, { a: { x: 2 }, b: [1] }, { a: { x: 1, y: 1 } }] as const
    const [base, mine, theirs] = sides()
    merge(base, mine, theirs, 'merge')
    expect([base, mine, theirs]).toEqual(sides())
  })

  it('R43: takes no inherited member for a value', () => {
    const { data } = merge({}, { a: 1 }, { toString: 'theirs' }, 'merge')
    expect(Object.keys(data).sort()).toEqual(['a', 'toString'])
    expect(merge({ constructor: 1 }, {}, { constructor: 1 }, 'merge').data).toEqual({})
  })
})

describe('any merge', () => {
  const KEYS = ['a', 'b', 'c'] as const
  const anyObject = (random: Random, depth = 0): PlainObject => {
    const object: PlainObject = {}
    for (const key of KEYS) {
      const kind = random.int(depth < 3 ? 6 : 4)
      if (kind === 1 || kind === 2) object[key] = random.int(3)
      if (kind === 3) object[key] = Array.from({ length: random.int(3) }, () => random.int(2))
      if (kind > 3) object[key] = anyObject(random, depth + 1)
    }
    return object
  }
  const edited = (random: Random, base: PlainObject): PlainObject => {
    const copy = structuredClone(base)
    for (let edits = random.int(3); edits > 0; edits--) {
      const inner = copy[random.pick(KEYS)]
      const place = typeof inner === 'object' && !Array.isArray(inner) ? (inner as PlainObject) : copy
      Object.assign(
        place,
        random.pick([anyObject(random, 2), { a: undefined }, { [random.pick(KEYS)]: random.int(3) }]),
      )
    }
    return JSON.parse(JSON.stringify(copy))
  }
  const many = (check: (base: PlainObject, mine: PlainObject, theirs: PlainObject) => void): void => {
    const random = randomFrom(11)
    for (let nth = 0; nth < 800; nth++) {
      const base = anyObject(random)
      check(base, edited(random, base), edited(random, base))
    }
  }

  it.each(POLICIES)('with %s gives mine when they changed nothing, and theirs when I changed nothing', (policy) => {
    many((base, changed) => {
      expect(merge(base, changed, base, policy)).toEqual(clean(changed))
      expect(merge(base, base, changed, policy)).toEqual(clean(changed))
      expect(merge(base, changed, changed, policy)).toEqual(clean(changed))
    })
  })

  it('gives the same whoever writes first, when nothing was overwritten and nothing conflicts', () => {
    let count = 0
    many((base, mine, theirs) => {
      const one = merge(base, mine, theirs, 'throw')
      const other = merge(base, theirs, mine, 'throw')
      expect(new Set(one.conflicts)).toEqual(new Set(other.conflicts))
      if (one.conflicts.length > 0) return
      count++
      expect(one.data).toEqual(other.data)
    })
    expect(count).toBeGreaterThan(200)
  })

  it('has the same paths in question under every policy', () => {
    many((base, mine, theirs) => {
      const asked = new Set(merge(base, mine, theirs, 'throw').conflicts)
      const { overwritten, conflicts } = merge(base, mine, theirs, 'merge')
      expect(new Set([...overwritten, ...conflicts])).toEqual(asked)
      expect(new Set(merge(base, mine, theirs, 'mine').overwritten)).toEqual(asked)
    })
  })
})

describe('what only other serializers than JSON can tell apart', () => {
  const list = [1, 2]
  const hole = Object.assign(new Array<number>(2), { 1: 2 })

  test('is a gap in a list, which is a change of it', () => {
    expect(merge({ a: list }, { a: hole }, { a: list, b: 1 }, 'merge').data).toEqual({ a: hole, b: 1 })
    expect(merge({ a: hole }, { a: list }, { a: hole, b: 1 }, 'merge').data).toEqual({ a: list, b: 1 })
  })
})

test('a key __proto__ stays a key, which is refused when it is written', () => {
  const mine = JSON.parse('{"a": {"__proto__": {"isAdmin": true}}}')
  const { data } = merge({}, mine, { a: { b: 1 } }, 'merge')
  const { a } = data as { a: object }
  expect('isAdmin' in a).toBe(false)
  expect(Object.keys(a).toSorted()).toEqual(['__proto__', 'b'])
})

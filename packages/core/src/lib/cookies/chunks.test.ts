import { describe, expect, it } from 'vitest'
import { chunkName, isChunkOf, joinChunks, splitIntoChunks } from './chunks.ts'
import { HeaderJar } from './jar.ts'

const BASE = '__Host-session'
const MOST = 3

/** Different characters everywhere, so that no two pieces of it are alike. */
const textOf = (length: number): string =>
  Array.from({ length }, (_, at) => at.toString(36))
    .join('')
    .slice(0, length)

const cookiesOf = (value: string, base = BASE): [string, string][] =>
  splitIntoChunks(base, value).map((chunk, index) => [chunkName(base, index + 1), chunk])

const join = (cookies: readonly (readonly [string, string])[], most = MOST) =>
  joinChunks(new HeaderJar(cookies.map(([name, value]) => `${name}=${value}`).join('; ')), BASE, most)

describe('a value that is stored', () => {
  it.each(['s', 'session', BASE, 'n'.repeat(128)])('R22: as %s is whole up to 4,096 octets with its name', (base) => {
    const fits = textOf(4096 - base.length)
    expect(splitIntoChunks(base, fits)).toEqual([fits])
    expect(splitIntoChunks(base, `${fits}x`)).toHaveLength(2)
  })

  it.each([4097, 8178, 8179, 12_000, 12_246])('R22: takes cookies of at most 4,096 octets for %i', (octets) => {
    const cookies = cookiesOf(textOf(octets - BASE.length))
    for (const [name, chunk] of cookies) expect(name.length + chunk.length).toBeLessThanOrEqual(4096)
  })

  it.each([1, 4082, 4083, 8160, 8161, 12_240])('comes back from its %i octets as it was', (length) => {
    const value = textOf(length)
    expect(join(cookiesOf(value), 9)).toEqual([{ value }])
  })

  it('is not longer for being split than its number and the names', () => {
    const value = textOf(10_000)
    expect(splitIntoChunks(BASE, value).join('')).toBe(`3.${value}`)
  })
})

describe('the cookies of a session', () => {
  it.each(['session', 'session.2', 'session.9'])('include %s', (name) => {
    expect(isChunkOf('session', name)).toBe(true)
  })

  it.each([
    'session2',
    'session.',
    'session.0',
    'session.1',
    'session.10',
    'session.2.2',
    'session.x',
    'session-2',
    'Session.2',
    'sessio.2',
    'session.٢',
    'session.2\n',
    '',
  ])('do not include %j', (name) => {
    expect(isChunkOf('session', name)).toBe(false)
  })
})

describe('the values that a request carries', () => {
  const whole = textOf(9000)
  const [first, second, third] = cookiesOf(whole) as [[string, string], [string, string], [string, string]]

  it('are none without a cookie, and none for the empty one that a deletion leaves', () => {
    expect(join([])).toEqual([])
    expect(join([[BASE, '']])).toEqual([])
  })

  it('are as many as there are different ones', () => {
    expect(
      join([
        [BASE, 'a'],
        [BASE, 'b'],
        [BASE, 'a'],
        [BASE, ''],
      ]),
    ).toEqual([{ value: 'a' }, { value: 'b' }])
  })

  it('are not worth opening when there are more than four', () => {
    const four = ['a', 'b', 'c', 'd'].map((value) => [BASE, value] as const)
    expect(join(four)).toHaveLength(4)
    expect(join([...four, [BASE, 'e']])).toEqual([{ refusal: 'ambiguous' }])
    expect(join([...four, [BASE, 'a']])).toHaveLength(4)
  })

  it('do not depend on the order of the cookies', () => {
    expect(join([third, first, second])).toEqual([{ value: whole }])
  })

  it('leave alone what follows a value in one piece', () => {
    expect(join([[BASE, 'a'], second, third])).toEqual([{ value: 'a' }])
  })

  it('R28: are incomplete when one of the pieces is missing or empty', () => {
    expect(join([first, second])).toEqual([{ refusal: 'incomplete' }])
    expect(join([first, third])).toEqual([{ refusal: 'incomplete' }])
    expect(join([first, second, [third[0], '']])).toEqual([{ refusal: 'incomplete' }])
    expect(join([first, [`${BASE}2`, second[1]], third])).toEqual([{ refusal: 'incomplete' }])
  })

  it('are none when only later pieces are there', () => {
    expect(join([second, third])).toEqual([])
  })

  it('are ambiguous when a piece comes twice and differs', () => {
    expect(join([first, second, [second[0], 'other'], third])).toEqual([{ refusal: 'ambiguous' }])
    expect(join([first, second, second, third])).toEqual([{ value: whole }])
  })

  it.each(['0.', '1.', '4.', '9.', 'x.', '..', '-.', '٣.'])('are malformed when the number is %j', (number) => {
    expect(join([[BASE, `${number}rest`], second, third])).toEqual([{ refusal: 'malformed' }])
  })

  it('B31: are not looked for when 999,999 of them are claimed', () => {
    const asked: string[] = []
    const jar = {
      get: (name: string) => {
        asked.push(name)
        return name === BASE ? ['999999.rest'] : ['more']
      },
    }
    expect(joinChunks(jar, BASE, 9)).toEqual([{ value: '999999.rest' }])
    expect(asked).toEqual([BASE])
  })

  it('are joined by the number in front, whatever else was left behind', () => {
    const value = 'v'.repeat(5000)
    const [first = '', second = ''] = splitIntoChunks(BASE, value)
    const two = [
      [BASE, first],
      [`${BASE}.2`, second],
      [`${BASE}.3`, 'stale'],
    ] as const
    expect(join(two)).toEqual([{ value }])
  })

  it('are malformed where they were cut elsewhere than we cut', () => {
    const two = [
      [BASE, '2.ab'],
      [`${BASE}.2`, 'cd'],
    ] as const
    expect(join(two)).toEqual([{ refusal: 'malformed' }])
  })
})

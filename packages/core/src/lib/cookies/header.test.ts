import { describe, expect, it } from 'vitest'
import { parseCookieHeader, stripCookies } from './header.ts'

const NAME = '__Host-session'
const namesIn = (header: string): string[] => parseCookieHeader(header).map(({ name }) => name)
const valuesOf = (header: string, name = NAME): string[] =>
  parseCookieHeader(header)
    .filter((pair) => pair.name === name)
    .map(({ value }) => value)

describe('a Cookie header', () => {
  it('is split into its pairs, every one of them, in order', () => {
    expect(parseCookieHeader('a=1; b=2; a=3')).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
      { name: 'a', value: '3' },
    ])
  })

  it('loses spaces and tabs around names and values, and no others', () => {
    expect(parseCookieHeader(' \ta \t=\t one two \t;b=2')).toEqual([
      { name: 'a', value: 'one two' },
      { name: 'b', value: '2' },
    ])
  })

  it('may have empty parts and an empty value', () => {
    expect(parseCookieHeader('')).toEqual([])
    expect(parseCookieHeader(';; ;a=;')).toEqual([{ name: 'a', value: '' }])
  })

  it('keeps quotes, percent signs and further equals signs as part of the value', () => {
    expect(valuesOf(`${NAME}="quoted"; ${NAME}=%41; ${NAME}=a=b==`)).toEqual(['"quoted"', '%41', 'a=b=='])
  })

  it('R26: that came in two fields reads like one', () => {
    const headers = new Headers([
      ['cookie', `a=1; ${NAME}=one`],
      ['cookie', 'b=2'],
    ])
    expect(namesIn(headers.get('cookie') ?? '')).toEqual(['a', NAME, 'b'])
    expect(valuesOf(headers.get('cookie') ?? '')).toEqual(['one'])
  })

  it.each([
    ['U+00A0 in front', `\u00a0${NAME}=x`],
    ['U+00A0 behind', `${NAME}\u00a0=x`],
    ['U+2000 in front', `\u2000${NAME}=x`],
    ['U+FEFF in front', `\ufeff${NAME}=x`],
    ['a vertical tab in front', `\v${NAME}=x`],
    ['a line feed in front', `\n${NAME}=x`],
    ['NUL in front', `\0${NAME}=x`],
    ['percent encoding', '%5f%5fHost-session=x'],
    ['other case', '__host-session=x'],
    ['upper case', '__HOST-SESSION=x'],
    ['quotes', `"${NAME}"=x`],
    ['no equals sign', NAME],
    ['no name', '=x'],
    ['no name and ours as its value', `=${NAME}=x`],
    ['only spaces for a name', '  =x'],
    ['a comma in front', `a=1,${NAME}=x`],
    ['$Version in front', `$Version=1,${NAME}=x`],
    ['more behind it', `${NAME}2=x`],
  ])('R29: does not carry the session under a name with %s', (_, header) => {
    expect(valuesOf(header)).toEqual([])
  })

  it('R29: carries the session beside names that mean nothing', () => {
    expect(valuesOf(`$Version=1; ${NAME}=x; $Path=/`)).toEqual(['x'])
  })

  it('R43: changes no prototype, whatever its names are', () => {
    expect(namesIn('__proto__=1; constructor=2')).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('a Cookie header without the cookies of the session', () => {
  const strip = (header: string): string => stripCookies(header, (name) => name === NAME)

  it.each([
    ['', ''],
    [`${NAME}=x`, ''],
    [`${NAME}=x; a=1`, 'a=1'],
    [`a=1; ${NAME}=x`, 'a=1'],
    [`a=1; ${NAME}=x; b=2; ${NAME}=y;c=3`, 'a=1; b=2;c=3'],
    [`a=1;\t${NAME} = x; b=2`, 'a=1; b=2'],
  ])('%j becomes %j', (header, stripped) => {
    expect(strip(header)).toBe(stripped)
  })

  it.each(['a="1; b", c=%20 ; d', `\u00a0${NAME}=x`, `=${NAME}`, NAME, 'a=1;;b=2;'])(
    '%j stays octet by octet',
    (header) => {
      expect(strip(header)).toBe(header)
    },
  )
})

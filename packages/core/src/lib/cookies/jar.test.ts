import { describe, expect, it } from 'vitest'
import { SessionClosedError } from '../errors.ts'
import { HeaderJar } from './jar.ts'

describe('the cookies of a request', () => {
  it('are all the values sent under exactly this name', () => {
    const jar = new HeaderJar('a=1; A=2; a=3; ab=4')
    expect(jar.get('a')).toEqual(['1', '3'])
    expect(jar.get('b')).toEqual([])
  })

  it.each([null, undefined, ''])('are none when the header is %j', (header) => {
    expect(new HeaderJar(header).get('a')).toEqual([])
  })

  it('are the newest value alone once it was set', () => {
    const jar = new HeaderJar('a=1; a=2; b=3')
    jar.set('a', 'new', {})
    expect(jar.get('a')).toEqual(['new'])
    expect(jar.get('b')).toEqual(['3'])
  })

  it('R43: may be called like the members of an object', () => {
    const jar = new HeaderJar('__proto__=1; constructor=2')
    expect(jar.get('__proto__')).toEqual(['1'])
    expect(jar.get('constructor')).toEqual(['2'])
    expect(jar.get('toString')).toEqual([])
  })
})

describe('the cookies of a response', () => {
  it('R57: are one line a name, the last that was set', () => {
    const jar = new HeaderJar('')
    jar.set('a', '1', { path: '/' })
    jar.set('b', '2', {})
    jar.set('a', '', { path: '/', maxAge: 0 })
    expect(jar.lines).toEqual(['a=; Max-Age=0; Path=/', 'b=2'])
  })

  it('are none when nothing was set', () => {
    expect(new HeaderJar('a=1').lines).toEqual([])
  })

  it('R58: cannot be added to when the response has left', () => {
    const jar = new HeaderJar('a=1')
    jar.set('a', '2', {})
    jar.seal()
    expect(() => jar.set('b', '3', {})).toThrow(SessionClosedError)
    expect(jar.lines).toEqual(['a=2'])
    expect(jar.get('a')).toEqual(['2'])
  })
})

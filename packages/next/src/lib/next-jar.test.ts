import { SessionReadOnlyError } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { allowsSetting, type CookieStore, NextJar, ReadonlyNextJar } from './next-jar.ts'

/** What `cookies()` shows: decoded, the last of two. */
const storeOf = (cookies: Record<string, string | undefined>): CookieStore => ({
  get: (name) => (name in cookies ? (cookies[name] === undefined ? {} : { value: cookies[name] }) : undefined),
  set: (name, value) => {
    cookies[name] = value
  },
})

const refuse = () => {
  throw new Error('Cookies can only be modified in a Server Action or Route Handler. Read more: …')
}

describe('the jar of a request', () => {
  test('gives every value of the header, as received', () => {
    const jar = new ReadonlyNextJar(storeOf({ session: 'two' }), 'session=one; other=1; session=two')
    expect(jar.get('session')).toEqual(['one', 'two'])
  })

  test('does not take a decoded value for a newer one', () => {
    const jar = new ReadonlyNextJar(storeOf({ session: 'A' }), 'session=%41')
    expect(jar.get('session')).toEqual(['%41'])
  })

  test('gives the value that was set in this request, and that one only', () => {
    const jar = new ReadonlyNextJar(storeOf({ session: 'new' }), 'session=one; session=two')
    expect(jar.get('session')).toEqual(['new'])
    expect(new ReadonlyNextJar(storeOf({ session: 'new' }), null).get('session')).toEqual(['new'])
  })

  test('knows a cookie that was deleted in this request', () => {
    expect(new ReadonlyNextJar(storeOf({ session: '' }), 'session=one').get('session')).toEqual([''])
    expect(new ReadonlyNextJar(storeOf({ session: undefined }), 'session=one').get('session')).toEqual([''])
  })

  test('gives the value of the header where Next could not decode it', () => {
    expect(new ReadonlyNextJar(storeOf({}), 'session=%zz').get('session')).toEqual(['%zz'])
  })

  test('shows what it set, and that it did', () => {
    const jar = new NextJar(storeOf({ session: 'one' }), 'session=one')
    expect(jar.hasSet).toBe(false)
    jar.set('session', 'new', {})
    expect(jar.get('session')).toEqual(['new'])
    expect(jar.hasSet).toBe(true)
  })

  test('says that it is too late once Next allows no cookies any more', () => {
    const jar = new NextJar({ get: () => undefined, set: refuse }, null)
    expect(() => jar.set('session', 'new', {})).toThrow(SessionReadOnlyError)
    expect(jar.hasSet).toBe(false)
  })

  test('has no set where Next allows none', () => {
    expect(allowsSetting({ get: () => undefined, set: refuse })).toBe(false)
    expect(allowsSetting({ get: () => undefined, set: (name) => name.length })).toBe(true)
    expect('set' in new ReadonlyNextJar(storeOf({}), null)).toBe(false)
  })
})

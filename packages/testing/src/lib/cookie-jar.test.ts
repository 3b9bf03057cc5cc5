import { expect, test } from 'vitest'
import { testCookieJar } from './cookie-jar.ts'

const attributes = { path: '/', httpOnly: true } as const

test('a jar gives every value that the request sent under exactly a name, octet for octet', () => {
  const jar = testCookieJar('a=1; b="quoted=2";\ta=3; A=4; novalue; =nameless; c=')
  expect(jar.get('a')).toEqual(['1', '3'])
  expect(jar.get('b')).toEqual(['"quoted=2"'])
  expect(jar.get('c')).toEqual([''])
  expect(jar.get('novalue')).toEqual([])
  expect(jar.get('')).toEqual([])
})

test('a jar gives only the newest value of what this request has set', () => {
  const jar = testCookieJar('a=1; a=2')
  jar.set('a', '3', attributes)
  jar.set('a', '4', { ...attributes, maxAge: 60 })
  expect(jar.get('a')).toEqual(['4'])
  expect(jar.setCookies).toEqual([{ name: 'a', value: '4', attributes: { ...attributes, maxAge: 60 } }])
})

test('the next request brings what the browser had and was given, without what was deleted', () => {
  const jar = testCookieJar('kept=1; changed=1; deleted=1; deleted=2')
  jar.set('changed', '2', attributes)
  jar.set('deleted', '', { ...attributes, maxAge: 0 })
  jar.set('added', '1', { ...attributes, maxAge: 60 })
  expect(jar.header()).toBe('kept=1; changed=2; added=1')
  const next = jar.next()
  expect(next.get('changed')).toEqual(['2'])
  expect(next.get('deleted')).toEqual([])
  expect(next.setCookies).toEqual([])
  expect(next.header()).toBe(jar.header())
})

test('a browser without cookies sends an empty header', () => {
  expect(testCookieJar().header()).toBe('')
  expect(testCookieJar().next().get('a')).toEqual([])
})

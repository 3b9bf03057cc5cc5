import { expect, it } from 'vitest'
import { setCookieLine } from './set-cookie.ts'

it('a cookie without attributes is its name and value', () => {
  expect(setCookieLine('session', 'abc', {})).toBe('session=abc')
})

it('all attributes appear under the names of RFC 6265bis', () => {
  const line = setCookieLine('session', 'abc', {
    path: '/app',
    domain: 'example.com',
    maxAge: 60,
    secure: true,
    httpOnly: true,
    sameSite: 'none',
    partitioned: true,
    priority: 'high',
  })
  expect(line).toBe(
    'session=abc; Max-Age=60; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=None; Partitioned; Priority=High',
  )
})

it('attributes that are off do not appear', () => {
  expect(setCookieLine('session', 'abc', { secure: false, httpOnly: false, partitioned: false })).toBe('session=abc')
})

it('a Max-Age of 0 deletes and is written', () => {
  expect(setCookieLine('session', '', { path: '/', maxAge: 0 })).toBe('session=; Max-Age=0; Path=/')
})

it.each([
  ['lax', 'Lax'],
  ['strict', 'Strict'],
  ['none', 'None'],
] as const)('SameSite %s is written %s', (sameSite, written) => {
  expect(setCookieLine('a', 'b', { sameSite })).toBe(`a=b; SameSite=${written}`)
})

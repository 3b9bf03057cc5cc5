import { createSessions } from '@sojourn/core'
import { describe, expect, test } from 'vitest'
import { requestFacts, setFactsOption } from './request-facts.ts'

const behind = (trustedHops: number) =>
  createSessions({ secret: 'of this test, 32 bytes or more, really', trustedHops })
const headers = (more: Record<string, string> = {}) =>
  new Headers({ host: 'shop.example', 'user-agent': 'Browser/1', ...more })

describe('the facts of a request', () => {
  test('are its host and user agent where nothing else is known', () => {
    expect(requestFacts(behind(0), headers())).toEqual({ host: 'shop.example', userAgent: 'Browser/1' })
  })

  test('take the scheme that Next fills in', () => {
    expect(requestFacts(behind(0), headers({ 'x-forwarded-proto': 'http' }))).toMatchObject({ scheme: 'http' })
    expect(requestFacts(behind(0), headers({ 'x-forwarded-proto': 'https' }))).toMatchObject({ scheme: 'https' })
    expect(requestFacts(behind(0), headers({ 'x-forwarded-proto': 'gopher' }))).not.toHaveProperty('scheme')
  })

  test('do not take an address that the client may have written', () => {
    const forged = headers({ 'x-forwarded-for': '203.0.113.7' })
    expect(requestFacts(behind(0), forged)).not.toHaveProperty('address')
    expect(requestFacts(behind(0), forged, '127.0.0.1')).toMatchObject({ address: '127.0.0.1' })
  })

  test('count the trusted proxies from the right', () => {
    const forwarded = headers({ 'x-forwarded-for': '203.0.113.7, 198.51.100.1', 'x-forwarded-proto': 'http, https' })
    expect(requestFacts(behind(1), forwarded)).toMatchObject({ address: '198.51.100.1', scheme: 'https' })
    expect(requestFacts(behind(2), forwarded)).toMatchObject({ address: '203.0.113.7', scheme: 'http' })
  })

  test('give way to what the app knows better', () => {
    const sessions = behind(0)
    setFactsOption(sessions, (given) => ({ address: given.get('x-real-ip') ?? 'unknown' }))
    expect(requestFacts(sessions, headers({ 'x-real-ip': '198.51.100.9' }))).toMatchObject({ address: '198.51.100.9' })
  })
})

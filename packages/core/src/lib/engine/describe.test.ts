import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Bytes, createSessions, memoryStore, type SessionOptions, sessionOptionsFromEnv } from '../../index.ts'
import { cookieReader } from '../adoption/cookie-reader.ts'
import { foreignFormat } from '../test-support/foreign-format.ts'
import { OTHER_SECRET, SECRET } from '../test-support/sessions.ts'

const described = (options: SessionOptions<object> = {}) => createSessions({ secret: SECRET, ...options }).describe()

afterEach(() => vi.unstubAllEnvs())

describe('the description of a configuration', () => {
  it('R07: shows the documented defaults, which keep within AAL2 (24 h in all, 1 h without use)', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(described()).toEqual({
      name: '__Host-session',
      audience: '',
      persistence: 'cookie',
      store: undefined,
      format: 'native',
      parts: {
        cipher: 'aes-256-gcm',
        hmac: '-',
        serializer: 'json',
        compressor: 'none',
        encoder: 'base64url',
        identifier: 'random',
      },
      adopts: [],
      promises: { keepsParallelWrites: false, destroyEndsEveryCopy: false },
      signsIn: true,
      secrets: 1,
      times: {
        idle: 900,
        rolling: 3600,
        absolute: 86_400,
        renew: 600,
        touchEvery: 60,
        discard: 10,
        rememberRolling: 604_800,
        rememberAbsolute: 2_592_000,
      },
      cookie: {
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'lax',
        persistent: false,
        maxCookies: 3,
        maxBytes: 12_000,
      },
      strategy: 'default',
      lock: false,
      onConflict: 'merge',
      version: 0,
      idLength: 32,
      bind: [],
      trustedHops: 0,
      autoTouch: true,
      warnings: [
        'Parallel requests: the last response that sets the cookie wins.',
        'destroy() deletes the browser’s cookie; a copy of it lives until its deadline.',
      ],
      ignored: [],
    })
  })

  it('has nothing to warn of with a store in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    const description = described({ store: memoryStore({ name: 'describe' }) })
    expect(description).toMatchObject({
      persistence: 'record',
      store: 'memory',
      promises: { keepsParallelWrites: true, destroyEndsEveryCopy: true },
      warnings: [],
    })
  })

  it('R16: warns of a name without prefix and of a cookie that is not Secure', () => {
    const { warnings } = described({ store: memoryStore({ name: 'describe' }) })
    expect(warnings).toEqual([expect.stringContaining('no __Host- prefix'), expect.stringContaining('not Secure')])
  })

  it('says of a store that cannot compare and set that the last write wins', () => {
    const store = { ...memoryStore({ name: 'describe' }), atomic: false }
    const { promises, warnings } = described({ store })
    expect(promises.keepsParallelWrites).toBe(false)
    expect(warnings).toContainEqual(expect.stringContaining('Parallel requests'))
  })

  it.each<[string, SessionOptions<object>, unknown]>([
    ['one', { secret: SECRET }, 1],
    ['one, as bytes', { secret: Buffer.from(SECRET) as unknown as Uint8Array<ArrayBuffer> }, 1],
    ['two', { secret: [SECRET, OTHER_SECRET] }, 2],
    ['of development', { secret: undefined }, 'development'],
  ])('counts the secrets: %s', (_, options, secrets) => {
    expect(described(options).secrets).toBe(secrets)
  })

  it('says that the secret is missing in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(described({ secret: undefined }).secrets).toBe('missing')
  })

  it('shows what was switched off and what was set', () => {
    expect(
      described({
        idle: false,
        rolling: false,
        absolute: false,
        strategy: () => 'keep',
        bind: ['userAgent'],
        trustedHops: 2,
        autoTouch: false,
        persistent: true,
        ignoredEnvironment: ['SESSION_MANAGER'],
      }),
    ).toMatchObject({
      times: { idle: false, rolling: false, absolute: false },
      strategy: 'own function',
      bind: ['userAgent'],
      trustedHops: 2,
      autoTouch: false,
      cookie: { persistent: true },
      ignored: ['SESSION_MANAGER'],
    })
  })

  it('names the parts in use, those of the caller among them', () => {
    const cipher = { name: 'rot-0', tagLength: 0, encrypt: (data: Bytes) => ({ data }), decrypt: (data: Bytes) => data }
    const identifier = (length: number): Bytes => new Uint8Array(length)
    const parts = { cipher: { mine: cipher }, identifier: { mine: identifier } }
    expect(described({ cipher: 'mine', encoder: 'hex', identifier: 'mine', parts }).parts).toEqual({
      cipher: 'rot-0',
      hmac: 'sha256',
      serializer: 'json',
      compressor: 'none',
      encoder: 'hex',
      identifier: 'own function',
    })
    expect(described({ aes: { size: 128, mode: 'cbc' }, hmac: 'sha512' }).parts).toMatchObject({
      cipher: 'aes-128-cbc',
      hmac: 'sha512',
    })
  })

  it('names a foreign format, which has parts of its own', () => {
    const { format, parts } = described({ persistence: foreignFormat('wax') })
    expect({ format, parts }).toEqual({ format: 'wax', parts: undefined })
  })

  it('names old cookies that are taken over, and until when', () => {
    const from = cookieReader({ name: 'wax', resembles: () => true, read: () => 'malformed' })
    const adopt = [
      { from, name: 'old', until: '2027-06-30' },
      { from, name: 'older', until: new Date(Date.UTC(2027, 0, 1, 12)) },
    ]
    expect(described({ adopt }).adopts).toEqual([
      { format: 'wax', name: 'old', until: '2027-06-30T00:00:00.000Z' },
      { format: 'wax', name: 'older', until: '2027-01-01T12:00:00.000Z' },
    ])
  })

  it('has why variables were ignored', () => {
    const env = { SESSION_MANAGER: 'local/host', SESSION_COOKIE_HTTPONLY: 'on' }
    expect(described(sessionOptionsFromEnv(env)).ignored).toEqual([
      'SESSION_COOKIE_HTTPONLY (HttpOnly is always on)',
      'SESSION_MANAGER (not one of ours)',
    ])
  })

  it('is fit for printing: nothing is left out', () => {
    const from = cookieReader({ name: 'wax', resembles: () => true, read: () => 'malformed' })
    const adopt = [{ from, name: 'old', until: '2027-06-30' }]
    const printed = inspect(described({ adopt, lock: true, store: memoryStore({ name: 'describe' }) }))
    expect(printed).not.toMatch(/\[Object\]|\[Array\]|\[Function/)
    expect(printed).toContain("until: '2027-06-30T00:00:00.000Z'")
  })

  it('is fit for printing: no secret is in it, in no form', () => {
    const bytes = Buffer.from(SECRET.slice('base64:'.length), 'base64')
    const store = memoryStore({ name: 'describe' })
    const text = JSON.stringify(described({ secret: [SECRET, OTHER_SECRET], store }))
    for (const encoding of ['base64', 'base64url', 'hex', 'utf8'] as const)
      expect(text).not.toContain(bytes.toString(encoding))
    expect(text).not.toContain(SECRET.slice(7, 20))
    expect(JSON.parse(text)).toMatchObject({ secrets: 2 })
  })
})

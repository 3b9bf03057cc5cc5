import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSessions, memoryStore, type SessionOptions } from '../../index.ts'
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
      promises: { keepsParallelWrites: false, destroyEndsEveryCopy: false },
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

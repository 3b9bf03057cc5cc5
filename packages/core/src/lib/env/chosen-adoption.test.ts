import { describe, expect, it, test } from 'vitest'
import { SessionConfigError } from '../errors.ts'
import { foreignFormat } from '../test-support/foreign-format.ts'
import type { FormatFromEnv } from './format-from-env.ts'
import { sessionOptionsFromEnv } from './session-options-from-env.ts'

const reader = { ...foreignFormat('old-format'), resembles: () => true }
const secrets: unknown[] = []
const oldFormat: FormatFromEnv = {
  names: ['old-format'],
  variables: ['SESSION_OLD_TTL'],
  takes: ['SESSION_SECRET'],
  create(env) {
    secrets.push(env['SESSION_SECRET'])
    return { persistence: reader, ignored: env['SESSION_OLD_TTL'] ? ['SESSION_OLD_TTL (not needed)'] : [] }
  },
}
const extras = { formats: [oldFormat] }
const old = {
  SESSION_ADOPT_FORMAT: 'old-format',
  SESSION_ADOPT_NAME: 'old',
  SESSION_ADOPT_SECRET: 'the old secret',
  SESSION_ADOPT_UNTIL: '2099-12-31',
}

const refusal = (env: Record<string, string>): string => {
  try {
    sessionOptionsFromEnv(env, extras)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return String((error as Error).message)
  }
  throw new Error('This environment was accepted.')
}

describe('SESSION_ADOPT_… are the variables of the app that made the old cookies', () => {
  it('gives one adoption, with the old secret and nothing of the new', () => {
    const { adopt, secret, name } = sessionOptionsFromEnv(
      { ...old, SESSION_SECRET: 'new', SESSION_NAME: 'app' },
      extras,
    )
    expect(adopt).toEqual([{ from: reader, name: 'old', until: '2099-12-31' }])
    expect([secret, name]).toEqual(['new', 'app'])
    expect(secrets.at(-1)).toBe('the old secret')
  })

  it('takes the attributes, the audience, the times, the strategy and the store of the old cookie', () => {
    const { adopt, cookie, idle } = sessionOptionsFromEnv(
      {
        ...old,
        SESSION_ADOPT_COOKIE_PATH: '/app',
        SESSION_ADOPT_AUDIENCE: 'shop',
        SESSION_ADOPT_COOKIE_IDLETIME: '60',
        SESSION_ADOPT_COOKIE_LIFETIME: '120',
        SESSION_ADOPT_COOKIE_ABSOLUTE: 'off',
        SESSION_ADOPT_STRATEGY: 'regenerate',
        SESSION_ADOPT_STORAGE: 'memory',
      },
      extras,
    )
    expect(adopt).toMatchObject([
      {
        cookie: { path: '/app' },
        audience: 'shop',
        idle: 60,
        rolling: 120,
        absolute: false,
        strategy: 'regenerate',
        store: { name: 'memory' },
      },
    ])
    expect([cookie, idle]).toEqual([undefined, undefined])
  })

  it('lists what it does not need', () => {
    const { ignoredEnvironment } = sessionOptionsFromEnv({ ...old, SESSION_ADOPT_OLD_TTL: '5' }, extras)
    expect(ignoredEnvironment).toEqual(['SESSION_ADOPT_OLD_TTL (not needed)'])
  })

  it('adopts nothing without them', () => {
    expect(sessionOptionsFromEnv({}, extras)).not.toHaveProperty('adopt')
  })
})

test.each<[string, Record<string, string>, string]>([
  ['no format', { SESSION_ADOPT_FORMAT: '' }, 'SESSION_ADOPT_FORMAT is missing'],
  ['the native format', { SESSION_ADOPT_FORMAT: 'native' }, 'SESSION_ADOPT_FORMAT is missing'],
  ['an unknown format', { SESSION_ADOPT_FORMAT: 'older' }, 'SESSION_ADOPT_FORMAT is "older"'],
  ['no name', { SESSION_ADOPT_NAME: '' }, 'SESSION_ADOPT_NAME is missing'],
  ['no end', { SESSION_ADOPT_UNTIL: '' }, 'SESSION_ADOPT_UNTIL is missing'],
  ['an end that is no day', { SESSION_ADOPT_UNTIL: '30.06.2027' }, 'SESSION_ADOPT_UNTIL is "30.06.2027"'],
  ['a bad value', { SESSION_ADOPT_COOKIE_LIFETIME: 'long' }, 'SESSION_ADOPT_COOKIE_LIFETIME is "long"'],
  ['a misspelt name', { SESSION_ADOPT_COOKIE_LIFETIM: '5' }, 'SESSION_ADOPT_COOKIE_LIFETIM is not a variable'],
])('%s is an error that names the variable', (_, change, message) => {
  expect(refusal({ ...old, ...change })).toContain(message)
})

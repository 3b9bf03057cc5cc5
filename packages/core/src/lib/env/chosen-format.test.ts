import { describe, expect, test } from 'vitest'
import { createSessions } from '../../index.ts'
import { SessionConfigError } from '../errors.ts'
import { memoryStore } from '../stores/memory.ts'
import { refusalOf } from '../test-support/environment.ts'
import { foreignFormat } from '../test-support/foreign-format.ts'
import type { FormatFromEnv } from './format-from-env.ts'
import type { Environment } from './read-variables.ts'
import { sessionOptionsFromEnv } from './session-options-from-env.ts'
import type { StoreFromEnv } from './store-from-env.ts'

/** What the format was given to make itself from. */
const seen: Environment[] = []

const persistence = foreignFormat('wax', {
  refuses: { audience: 'wax has no place for one', strategy: 'wax keeps its id', lock: 'wax has none' },
})

const waxFromEnv: FormatFromEnv = {
  names: ['wax', 'wax-2'],
  variables: ['SESSION_WAX_COLOUR', 'SESSION_WAX_STAMP', 'SESSION_SECRET'],
  takes: ['SESSION_SECRET', 'SESSION_AES_ROUNDS', 'SESSION_CHECK_UA', 'SESSION_HMAC'],
  create(env) {
    seen.push(env)
    if (env['SESSION_WAX_COLOUR'] === 'black') throw new SessionConfigError('SESSION_WAX_COLOUR is black. Use red.')
    return { persistence, ...(env['SESSION_WAX_STAMP'] && { ignored: ['SESSION_WAX_STAMP (nobody looks at it)'] }) }
  },
}
const formats = [waxFromEnv]
const chosen = { SESSION_FORMAT: 'wax' }

describe('a format', () => {
  test.each(['wax', 'wax-2', ' wax '])('is chosen by any of its names: "%s"', (name) => {
    expect(sessionOptionsFromEnv({ SESSION_FORMAT: name }, { formats })).toEqual({ persistence })
  })

  test('gets the variables that it takes as they are, and they give no option', () => {
    const env = {
      ...chosen,
      SESSION_SECRET: ' raw, short ',
      SESSION_AES_ROUNDS: '7',
      SESSION_CHECK_UA: 'perhaps',
      SESSION_HMAC: 'md5',
      SESSION_NAME: 'seal',
    }
    expect(sessionOptionsFromEnv(env, { formats })).toEqual({ persistence, name: 'seal' })
    expect(seen.at(-1)).toEqual(env)
  })

  test('says what does nothing', () => {
    const env = { ...chosen, SESSION_WAX_STAMP: 'lion', SESSION_COOKIE_HTTPONLY: 'on' }
    expect(sessionOptionsFromEnv(env, { formats }).ignoredEnvironment).toEqual([
      'SESSION_COOKIE_HTTPONLY (HttpOnly is always on)',
      'SESSION_WAX_STAMP (nobody looks at it)',
    ])
  })

  test('that is not chosen reads nothing, which is told', () => {
    expect(sessionOptionsFromEnv({ SESSION_WAX_COLOUR: 'black', SESSION_SECRET: 'ours' }, { formats })).toEqual({
      secret: 'ours',
      ignoredEnvironment: ['SESSION_WAX_COLOUR (SESSION_FORMAT is not wax)'],
    })
    expect(refusalOf({ SESSION_FORMAT: 'native', SESSION_AES_ROUNDS: '7' }, { formats })).toContain(
      'SESSION_AES_ROUNDS is for SESSION_FORMAT=resty-v3 only',
    )
  })

  test('refuses its own variables by name', () => {
    expect(refusalOf({ ...chosen, SESSION_WAX_COLOUR: 'black' }, { formats })).toContain('SESSION_WAX_COLOUR is black')
  })

  test.each([chosen, {}])('has variables of its own, and a misspelt one is found: %j', (env) => {
    expect(refusalOf({ ...env, SESSION_WAX_COLOR: 'red' }, { formats })).toContain('Did you mean SESSION_WAX_COLOUR?')
    expect(refusalOf({ ...env, SESSION_WAX_SEAL: 'red' }, { formats })).toContain(
      'SESSION_WAX_COLOUR or SESSION_WAX_STAMP',
    )
  })

  test.each([
    [{ SESSION_AUDIENCE: 'shop' }, 'SESSION_AUDIENCE means nothing to wax: wax has no place for one.'],
    [{ SESSION_STRATEGY: 'regenerate' }, 'SESSION_STRATEGY means nothing to wax: wax keeps its id.'],
    [{ SESSION_CIPHER: 'none' }, 'SESSION_CIPHER means nothing to wax, which seals in its own way. Remove it.'],
    [{ SESSION_AES_SIZE: '128' }, 'SESSION_AES_SIZE means nothing to wax'],
    [{ SESSION_COMPRESSOR: 'zlib' }, 'SESSION_COMPRESSOR means nothing to wax'],
  ])('has no use for an option, and the variable is named: %j', (env, message) => {
    expect(refusalOf({ ...chosen, ...env }, { formats })).toContain(message)
  })

  test('takes no offence at our defaults, and at what is switched off', () => {
    const env = {
      SESSION_CIPHER: 'aes',
      SESSION_AES_MODE: 'gcm',
      SESSION_ENCODER: 'base64',
      SESSION_COMPRESSOR: 'none',
    }
    const redis: StoreFromEnv = {
      names: ['redis'],
      variables: [],
      create: () => ({ store: memoryStore({ name: 'wax' }), lock: false }),
    }
    const options = sessionOptionsFromEnv({ ...chosen, ...env, SESSION_STORAGE: 'redis' }, { formats, stores: [redis] })
    expect(createSessions(options).describe()).toMatchObject({ format: 'wax', parts: undefined })
  })

  test('that seals as we do has our parts', () => {
    const ours = foreignFormat('ours', { sealsNatively: true })
    const env = { SESSION_FORMAT: 'ours', SESSION_CIPHER: 'none', SESSION_ENCODER: 'hex' }
    const options = sessionOptionsFromEnv(env, { parts: { persistence: { ours } } })
    expect(createSessions(options).describe().parts).toMatchObject({ cipher: 'none', encoder: 'hex' })
  })
})

test.each([
  ['resty-v3', 'give sessionOptionsFromEnv `formats: [restyV3FromEnv]` of @sojourn/resty'],
  ['resty-v4', 'give sessionOptionsFromEnv `formats: [restyV4FromEnv]` of @sojourn/resty'],
  ['iron', 'give sessionOptionsFromEnv `formats: [ironFromEnv]` of @sojourn/iron'],
])('SESSION_FORMAT=%s without its package is refused with what to add', (name, fix) => {
  expect(refusalOf({ SESSION_FORMAT: name })).toContain(`Use native; for ${name}, ${fix}.`)
})

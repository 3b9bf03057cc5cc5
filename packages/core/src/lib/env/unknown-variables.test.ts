import { describe, expect, test } from 'vitest'
import { refusalOf } from '../test-support/environment.ts'
import { sessionOptionsFromEnv } from './session-options-from-env.ts'

describe('an unknown variable', () => {
  test.each([
    ['SESSION_SECERT', 'SESSION_SECRET'],
    ['SESSION_STORE', 'SESSION_STORAGE'],
    ['SESSION_NAMES', 'SESSION_NAME'],
    ['SESSION_COOKIE_SAME_SITE', 'SESSION_COOKIE_SAMESITE'],
    ['SESSION_COOKIE_LIFETIMES', 'SESSION_COOKIE_LIFETIME'],
    ['SESSION_SECRET_FALLBACK', 'SESSION_SECRET_FALLBACKS'],
    ['SESSION_CHECK_SSH', 'SESSION_CHECK_SSI'],
    ['SESSION_TOUCH_INTERVAL', 'SESSION_TOUCH_EVERY'],
    ['SESSION_REMEMBER_ROLING', 'SESSION_REMEMBER_ROLLING'],
  ])('%s is refused with the suggestion %s', (name, suggestion) => {
    const message = refusalOf({ [name]: 'value-not-to-be-shown' })
    expect(message).toContain(`${name} is not a variable of ours. Did you mean ${suggestion}?`)
    expect(message).not.toContain('value-not-to-be-shown')
  })

  test('with a known first word and nothing near is refused with all that begin so', () => {
    expect(refusalOf({ SESSION_CHECK_REFERER: 'on' })).toContain(
      'Did you mean SESSION_CHECK_UA, SESSION_CHECK_SCHEME, SESSION_CHECK_ADDR or SESSION_CHECK_SSI?',
    )
  })

  test('is told of each name once, also of one that a format knows as well', () => {
    const format = {
      names: ['other'],
      variables: ['SESSION_COMPRESSOR'],
      takes: [],
      create: () => expect.unreachable(),
    }
    expect(() => sessionOptionsFromEnv({ SESSION_COMPRESOR: 'gzip' }, { formats: [format] })).toThrow(
      /Did you mean SESSION_COMPRESSOR\?/,
    )
  })

  test('of somebody else is ignored and listed', () => {
    const env = {
      SESSION_MANAGER: 'local/host:@/tmp/.ICE-unix/1234',
      SESSION_ID: '1',
      DESKTOP_SESSION: 'gnome',
      SESSIONNAME: 'Console',
      MISSION_NAME: 'apollo',
      SESSION_NAME: 'app',
    }
    expect(sessionOptionsFromEnv(env)).toEqual({
      name: 'app',
      ignoredEnvironment: ['SESSION_ID (not one of ours)', 'SESSION_MANAGER (not one of ours)'],
    })
  })
})

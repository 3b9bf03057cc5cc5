import { describe, expect, it, test } from 'vitest'
import { createSessions, memoryStore, type SessionOptions } from '../index.ts'
import { SessionConfigError } from './errors.ts'

const refusal = (options: unknown): string => {
  try {
    createSessions(options as SessionOptions<object>)
  } catch (error) {
    expect(error).toBeInstanceOf(SessionConfigError)
    return String((error as Error).message)
  }
  throw new Error('These options were accepted.')
}

describe('an option that does not exist', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ idel: 60 }, '`idel` is not an option. Did you mean `idle`?'],
    [{ secrets: ['x'] }, '`secrets` is not an option. Did you mean `secret`?'],
    [{ persistant: true }, 'Did you mean `persistent`?'],
    [{ onConflicts: 'mine' }, 'Did you mean `onConflict`?'],
    [{ secure: true }, 'Did you mean `cookie.secure`?'],
    [{ domain: 'example.com' }, 'Did you mean `cookie.domain`?'],
    [{ cookie: { samesite: 'lax' } }, '`cookie.samesite` is not an option. Did you mean `cookie.sameSite`?'],
    [{ cookie: { httpOnly: false } }, '`cookie.httpOnly` is not an option. There are path, domain,'],
    [{ remember: { rollin: 60 } }, 'Did you mean `remember.rolling`?'],
    [{ cookieName: 'session' }, '`cookieName` is not an option. There are secret, name, audience,'],
    [{ constructor: 1 }, '`constructor` is not an option.'],
    [JSON.parse('{"__proto__":{"idle":1}}'), '`__proto__` is not an option.'],
  ])('%o is an error that says what was meant', (options, message) => {
    expect(refusal(options)).toContain(message)
  })
})

describe('an option of another kind', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ name: 5 }, '`name` is number; it must be text.'],
    [{ audience: ['a'] }, '`audience` is object; it must be text.'],
    [{ persistent: 'false' }, '`persistent` is string; it must be true or false.'],
    [{ autoTouch: 0 }, '`autoTouch` is number; it must be true or false.'],
    [{ cookie: { secure: 'false' } }, '`cookie.secure` is string; it must be true, false or auto.'],
    [{ cookie: { partitioned: 1 } }, '`cookie.partitioned` is number; it must be true or false.'],
    [{ cookie: { path: 1 } }, '`cookie.path` is number; it must be text.'],
    [{ cookie: 'session' }, '`cookie` is string; it must be an object.'],
    [{ cookie: null }, '`cookie` is null; it must be an object.'],
    [{ remember: true }, '`remember` is boolean; it must be an object.'],
    [{ bind: 'userAgent' }, '`bind` is string; it must be a list.'],
    [{ onEvent: 'log' }, '`onEvent` is string; it must be a function.'],
    [{ now: Date.now() }, '`now` is number; it must be a function.'],
    [{ migrate: {} }, '`migrate` is object; it must be a function.'],
    [{ schema: { parse: () => ({}) } }, '`schema` is no Standard Schema'],
    [{ store: {} }, '`store` is no store'],
    [{ store: Promise.resolve(memoryStore()) }, '`store` is no store'],
    [{ store: memoryStore }, '`store` is no store'],
  ])('%o is an error that says what it must be', (options, message) => {
    expect(refusal(options)).toContain(message)
  })

  it('is not shown: it may be a secret in the wrong place', () => {
    for (const option of ['store', 'cookie', 'persistent', 'now'])
      expect(refusal({ [option]: 'redis://user:hunter2@host' })).not.toContain('hunter2')
  })
})

it('options that are undefined count as not given', () => {
  const options = { idle: undefined, store: undefined, cookie: undefined, now: undefined, schema: undefined }
  expect(() => createSessions(options as unknown as SessionOptions<object>)).not.toThrow()
  expect(() => createSessions()).not.toThrow()
})

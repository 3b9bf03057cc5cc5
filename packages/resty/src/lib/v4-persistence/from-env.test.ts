import { createSessions, SessionConfigError, sessionOptionsFromEnv } from '@sojourn/core'
import { expect, test } from 'vitest'
import { decodedCookie, FACTS, newBrowser } from '../test-support/v4-sessions.ts'
import { restyV4FromEnv } from './from-env.ts'

const SECRET = 'base64:cmF3LCBhbmQgbm90IGRlY29kZWQ='
const optionsFrom = (env: Record<string, string>) =>
  sessionOptionsFromEnv({ SESSION_FORMAT: 'resty-v4', ...env }, { formats: [restyV4FromEnv] })

test('a session is set up by variables alone, with the raw secret', async () => {
  const options = optionsFrom({
    SESSION_SECRET: SECRET,
    SESSION_SECRET_FALLBACKS: 'older, oldest',
    SESSION_CHECK_UA: 'on',
    SESSION_CHECK_SCHEME: '1',
    SESSION_CHECK_ADDR: 'off',
    SESSION_CHECK_SSI: 'off',
    SESSION_REMEMBER_SAFETY: 'low',
    SESSION_REMEMBER_COOKIE_NAME: 'keep',
    SESSION_COMPRESSION_THRESHOLD: '0',
    SESSION_AUDIENCE: 'app',
    SESSION_COOKIE_SECURE: 'off',
    SESSION_ENFORCE_SAME_SUBJECT: 'on',
    SESSION_HASH_SUBJECT: 'off',
    SESSION_REQUEST_HEADERS: 'id, subject',
  })
  const sessions = createSessions(options)
  expect(sessions.describe()).toMatchObject({ secrets: 3, persistence: 'resty-v4', ignored: [] })
  const jar = newBrowser()
  const session = await sessions.start({ jar, facts: FACTS })
  await session.signIn('al', { remember: true })
  expect(jar.setCookies.map(({ name }) => name)).toEqual(['session', 'keep'])
  const bind = ['scheme', 'user-agent'] as const
  const { entries } = await decodedCookie(jar.next(), 'session', undefined, { secret: SECRET, bind })
  expect(entries).toMatchObject([{ audience: 'app', subject: 'al' }])
})

test('keys in the store have the prefix and the suffix of that storage', async () => {
  const env = { SESSION_SECRET: SECRET, SESSION_STORAGE: 'memory', SESSION_HASH_STORAGE_KEY: 'on' }
  expect(() => createSessions(optionsFrom(env))).not.toThrow()
  const prefixed = { ...env, SESSION_STORAGE: 'redis', SESSION_REDIS_PREFIX: 'a:b' }
  expect(() => restyV4FromEnv.create(prefixed)).toThrow(/`prefix`/)
  expect(() => restyV4FromEnv.create({ ...prefixed, SESSION_STORAGE: 'memcached' })).not.toThrow()
  expect(() => restyV4FromEnv.create({ ...env, SESSION_STORAGE: 'constructor' })).not.toThrow()
  expect(() => restyV4FromEnv.create({ ...env, SESSION_STORAGE: 'dshm', SESSION_DSHM_SUFFIX: '/' })).toThrow(/`suffix`/)
})

test.each([
  [{ SESSION_REMEMBER_SAFETY: 'highest' }, /SESSION_REMEMBER_SAFETY/],
  [{ SESSION_COMPRESSION_THRESHOLD: '-1' }, /SESSION_COMPRESSION_THRESHOLD/],
  [{ SESSION_STORE_METADATA: 'yes' }, /SESSION_STORE_METADATA/],
  [{ SESSION_CHECK_SSI: 'on' }, /SESSION_CHECK_SSI/],
  [{ SESSION_SECRET: '', SESSION_SECRET_FALLBACKS: 'older' }, /SESSION_SECRET_FALLBACKS/],
  [{ SESSION_HASH_SUBJEKT: 'on' }, /Did you mean SESSION_HASH_SUBJECT/],
])('%j is refused', (env, message) => {
  const make = () => createSessions(optionsFrom({ SESSION_SECRET: SECRET, ...env }))
  expect(make).toThrow(SessionConfigError)
  expect(make).toThrow(message)
})

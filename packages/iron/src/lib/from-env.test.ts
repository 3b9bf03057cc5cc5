import { createSessions, sessionOptionsFromEnv } from '@sojourn/core'
import { describe, expect, it } from 'vitest'
import { ironFromEnv } from '../index.ts'
import { Browser, NAME } from './test-support/browser.ts'
import { release9 } from './test-support/iron-session.ts'
import { type Data, OTHER_PASSWORD, PASSWORD } from './test-support/sessions.ts'

const THIRD_PASSWORD = 'Bw9Xk2Qn5Tz8Lc3Vf6Hj1Rd4Pm7Gs0Ya'
const optionsOf = (env: Record<string, string>) =>
  sessionOptionsFromEnv({ SESSION_FORMAT: 'iron', SESSION_NAME: NAME, ...env }, { formats: [ironFromEnv] })
const sessionsOf = (env: Record<string, string>) => createSessions<Data>(optionsOf(env))

const sealOf = async (env: Record<string, string>) => {
  const browser = new Browser()
  await browser.visit(sessionsOf(env), ({ data }) => void (data.name = 'Ada'))
  return browser.seal
}

describe('SESSION_FORMAT=iron', () => {
  it('takes SESSION_SECRET for the password of iron-session', async () => {
    const seal = await sealOf({ SESSION_SECRET: PASSWORD })
    expect(await release9.unsealData(seal, { password: PASSWORD })).toEqual({ name: 'Ada' })
  })

  it('counts the ids of older passwords down to 1', async () => {
    const env = { SESSION_SECRET: THIRD_PASSWORD, SESSION_SECRET_FALLBACKS: `${OTHER_PASSWORD},${PASSWORD}` }
    const map = { 3: THIRD_PASSWORD, 2: OTHER_PASSWORD, 1: PASSWORD }
    expect(await release9.unsealData(await sealOf(env), { password: map })).toEqual({ name: 'Ada' })
    for (const [id, password] of Object.entries(map)) {
      const browser = new Browser()
      browser.cookies.set(NAME, await release9.sealData({ visits: 1 }, { password: { [id]: password } }))
      expect(await browser.read(sessionsOf(env)), id).toEqual({ data: { visits: 1 }, refusal: undefined })
    }
  })

  it('counts them down from SESSION_IRON_PASSWORD_ID', async () => {
    const env = { SESSION_SECRET: THIRD_PASSWORD, SESSION_SECRET_FALLBACKS: OTHER_PASSWORD }
    const seal = await sealOf({ ...env, SESSION_IRON_PASSWORD_ID: '8' })
    expect(await release9.unsealData(seal, { password: { 8: THIRD_PASSWORD, 7: OTHER_PASSWORD } })).not.toEqual({})
    expect(() => optionsOf({ ...env, SESSION_IRON_PASSWORD_ID: '0' })).toThrow('leaves no ids for the 1 older')
    expect(() => optionsOf({ ...env, SESSION_IRON_PASSWORD_ID: 'new' })).toThrow('SESSION_IRON_PASSWORD_ID is "new"')
  })

  it('reads the other options as always', () => {
    const { times, cookie } = sessionsOf({
      SESSION_SECRET: PASSWORD,
      SESSION_COOKIE_LIFETIME: '3600',
      SESSION_COOKIE_CHUNKS: '4',
      SESSION_COOKIE_PERSISTENT: 'off',
    }).describe()
    expect({ times, cookie }).toMatchObject({ times: { rolling: 3600 }, cookie: { maxCookies: 4, persistent: false } })
    expect(sessionsOf({ SESSION_SECRET: PASSWORD, SESSION_COOKIE_LIFETIME: '0' }).describe().times.rolling).toBe(false)
  })

  it('refuses older secrets without a newest, short ones, and misspelt variables', () => {
    expect(() => optionsOf({ SESSION_SECRET_FALLBACKS: PASSWORD })).toThrow('SESSION_SECRET_FALLBACKS')
    expect(() => optionsOf({ SESSION_SECRET: 'short' })).toThrow('`password[1]` has 5 characters')
    expect(() => optionsOf({ SESSION_SECRET: PASSWORD, SESSION_IRON_PASSWORT_ID: '1' })).toThrow(
      'SESSION_IRON_PASSWORD_ID',
    )
  })
})

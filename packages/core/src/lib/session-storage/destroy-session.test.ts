import { describe, expect, it } from 'vitest'
import type { SessionReader } from '../contracts/persistence.ts'
import { SessionUnsupportedError } from '../errors.ts'
import { adoption } from '../test-support/adopting-sessions.ts'
import { Browser } from '../test-support/browser.ts'
import { linesOf, oldFormat, oldValue } from '../test-support/old-sessions.ts'
import { request, testSessions } from '../test-support/sessions.ts'
import type { CreateSession } from './contract.ts'
import { sessionStorageOf } from './session-storage-of.ts'

const createSession: CreateSession = (data, id) => ({
  id,
  data,
  has: () => false,
  get: () => undefined,
  set: () => undefined,
  flash: () => undefined,
  unset: () => undefined,
})

/** Cookies like iron-session's, which have no whole one but `name.0`, `name.1`. */
const chunked: SessionReader = {
  ...oldFormat(),
  create({ name, ...context }) {
    const whole = oldFormat().create({ ...context, name: `${name}.0` })
    return {
      owns: (cookie) => cookie.startsWith(`${name}.`),
      open: whole.open,
      clear(call) {
        whole.clear(call)
        if ('set' in call.jar && call.jar.get(`${name}.1`).length > 0)
          call.jar.set(`${name}.1`, '', { ...context.attributes, maxAge: 0 })
      },
    }
  },
}

const OLD_CHUNKS = `app.0=${oldValue({ id: 'x', data: { name: 'Ann' } })}; app.1=rest`

function storage() {
  const { sessions } = testSessions({ adopt: [adoption({ from: chunked, name: 'app' })] })
  return { sessions, ...sessionStorageOf(sessions, createSession) }
}

describe('destroySession, which returns one Set-Cookie value', () => {
  it('throws rather than keep an old cookie in parts beside ours', async () => {
    const { sessions, getSession, destroySession } = storage()
    const browser = new Browser()
    await request(sessions, browser, (session) => void (session.data['ours'] = true))
    const header = `session=${browser.cookies.get('session')}; ${OLD_CHUNKS}`
    await expect(destroySession(await getSession(header))).rejects.toThrow(SessionUnsupportedError)
  })

  it('deletes the first part of an old cookie alone, without which the others open nothing', async () => {
    const { getSession, destroySession } = storage()
    const session = await getSession(OLD_CHUNKS)
    expect(session.present).toBe(true)
    expect(Object.keys(linesOf({ lines: [await destroySession(session)] }))).toEqual(['app.0'])
  })
})

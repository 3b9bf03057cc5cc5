import { readFileSync } from 'node:fs'
import { createSessions, memoryStore } from '@sojourn/core'
import { fakeClock, type TestCookieJar, testCookieJar } from '@sojourn/testing'
import { describe, expect, test } from 'vitest'
import type { Data } from '../test-support/v4-sessions.ts'
import { factsOfV4, optionsOfV4, type V4File, type V4Vector } from '../test-support/v4-vectors.ts'
import { partV4Data } from '../v4/info-keys.ts'
import { restyV4 } from './resty-v4.ts'

const { vectors }: V4File = JSON.parse(
  readFileSync(new URL('../../../vectors/lua-resty-session-4.1.5.json', import.meta.url), 'utf8'),
)

const NATIVE_SECRET = 'base64:1F3tNRbSLM4uDb0qpd1Cy0c4xPHZSaTxZbzWfKrR0lE='
let stores = 0

/** Native sessions that adopt the vector's, at its time and with what its storage held; a browser with its cookies. */
async function adopting(vector: V4Vector, name: string) {
  const { config, now, cookieName, data, storage, cookies } = vector
  const clock = fakeClock(now * 1000)
  const newStore = () => memoryStore({ name: `v4 adopted ${process.pid} ${stores++}`, now: clock.now })
  const store = storage ? newStore() : undefined
  if (storage) await store?.write(storage.key, new Uint8Array(Buffer.from(storage.value)), now + 600_000, 'any')
  const { storage: _, ...format } = optionsOfV4(vector)
  const { prefix, suffix } = config.redis ?? config.memcached ?? {}
  const from = restyV4({
    ...format,
    ...(config.storage && { keys: config.storage }),
    ...(prefix && { prefix }),
    ...(suffix && { suffix }),
  })
  const cookie = { secure: cookieName.startsWith('__') }
  const audience = data[0]?.[1] ?? ''
  const sessions = createSessions<Data>({
    secret: NATIVE_SECRET,
    name,
    cookie,
    now: clock.now,
    store: newStore(),
    adopt: [{ from, name: cookieName, until: '2999-12-31', audience, cookie, ...(store && { store }) }],
  })
  const own = Object.entries(cookies).filter(([cookieOf]) => !cookieOf.endsWith('remember'))
  const browser = () => testCookieJar(own.map((pair) => pair.join('=')).join('; '))
  const facts = { ...factsOfV4(vector), host: '127.0.0.1' }
  const visit = async (jar: TestCookieJar) => {
    const session = await sessions.start({ jar, facts })
    await sessions.settle(session)
    return session
  }
  return { sessions, browser, facts, visit }
}

describe.each(vectors)('$name', (vector) => {
  const [stored, , subject] = vector.data[0] ?? [{}, '']
  const expected = vector.storage ? stored : partV4Data(stored as Data).data
  const names = [vector.cookieName, vector.cookieName.startsWith('__') ? '__Host-native' : 'native']

  test.each(names)('becomes one of ours called %s, and its cookies go', async (name) => {
    const { browser, visit, sessions } = await adopting(vector, name)
    const jar = browser()
    expect(await visit(jar)).toMatchObject({ present: true, subject, data: expected })
    const next = jar.next()
    expect(next.header()).toMatch(new RegExp(`^${name}=U[\\w-]+$`))
    expect(await visit(next)).toMatchObject({ present: true, subject, data: expected })
    expect(sessions.stripSessionCookies(`a=1; ${browser().header()}; b=2`)).toBe('a=1; b=2')
  })

  test('is one session for two requests at once, and none after logout', async () => {
    const { browser, visit, sessions, facts } = await adopting(vector, 'native')
    const [one, two] = await Promise.all([visit(browser()), visit(browser())])
    expect(one.id).toBe(two.id)
    await sessions.destroy({ jar: browser(), facts })
    expect((await visit(browser())).refusal).toBe('destroyed')
  })
})

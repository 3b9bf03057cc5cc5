import { createSessions, memoryStore, type Sessions } from '@sojourn/core'
import { expect, test } from 'vitest'
import { testCookieJar } from './cookie-jar.ts'
import { fakeClock } from './fake-clock.ts'
import { type MintedCookie, mintCookie } from './mint-cookie.ts'

interface Data {
  name: string
  cart: string[]
}

const secret = 'mint-cookie tests: a secret of more than 32 bytes'
const url = 'https://app.example:8443/deep/page?query'
const options = { secret, cookie: { secure: true } }

/** The session that an app opens when a browser brings these cookies. */
async function visit(sessions: Sessions<Data>, cookies: readonly MintedCookie[]) {
  const jar = testCookieJar(cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
  return await sessions.read({ jar, facts: { scheme: 'https', host: 'app.example:8443', userAgent: 'Browser/1' } })
}

test('a minted cookie opens the session that was asked for', async () => {
  const minted = await mintCookie(createSessions<Data>(options), { url, data: { name: 'Alice', cart: ['tea'] } })
  const session = await visit(createSessions<Data>(options), minted)
  expect(session.refusal).toBeUndefined()
  expect(session.present).toBe(true)
  expect(session.subject).toBeUndefined()
  expect(session.data).toEqual({ name: 'Alice', cart: ['tea'] })
})

test('a minted cookie is one that a browser context takes', async () => {
  const minted = await mintCookie(createSessions<Data>(options), { url, data: { name: 'Alice' } })
  expect(minted).toEqual([
    {
      name: '__Host-session',
      value: expect.stringMatching(/^[\w-]+$/),
      domain: 'app.example',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    },
  ])
})

test('a minted cookie carries its domain, path and end when the app sets them', async () => {
  const cookie = { secure: true, domain: 'example.org', path: '/app', sameSite: 'strict' } as const
  const sessions = createSessions<Data>({ ...options, cookie, name: 'app', persistent: true, absolute: 3600 })
  const began = Math.floor(Date.now() / 1000)
  const [minted] = await mintCookie(sessions, { url, data: { name: 'Alice' } })
  expect(minted).toMatchObject({ name: 'app', domain: '.example.org', path: '/app', sameSite: 'Strict' })
  expect(minted?.expires).toBeGreaterThanOrEqual(began + 3600)
})

test('minting signs a subject in, and remembers it when asked to', async () => {
  const clock = fakeClock()
  const sessions = createSessions<Data>({ ...options, now: clock.now })
  const minted = await mintCookie(sessions, { url, data: { name: 'Alice' }, subject: 'alice', remember: true })
  expect(await visit(sessions, minted)).toMatchObject({ subject: 'alice', remembered: false, data: { name: 'Alice' } })
  clock.advance(2 * 86_400)
  expect(await visit(sessions, minted)).toMatchObject({ subject: 'alice', remembered: true })
})

test('minting without "remember me" gives a session that ends as usual', async () => {
  const clock = fakeClock()
  const sessions = createSessions<Data>({ ...options, now: clock.now })
  const minted = await mintCookie(sessions, { url, subject: 'alice' })
  clock.advance(2 * 86_400)
  expect(await visit(sessions, minted)).toMatchObject({ present: false, subject: undefined })
})

test('minting works on a store, and with bound client facts', async () => {
  await using store = memoryStore({ name: 'mint-cookie tests' })
  const sessions = createSessions<Data>({ ...options, store, bind: ['userAgent', 'scheme'] })
  const minted = await mintCookie(sessions, { url, subject: 'alice', facts: { userAgent: 'Browser/1' } })
  expect(await visit(sessions, minted)).toMatchObject({ subject: 'alice', refusal: undefined })
  const elsewhere = await mintCookie(sessions, { url, subject: 'alice', facts: { userAgent: 'Other/1' } })
  expect(await visit(sessions, elsewhere)).toMatchObject({ subject: undefined, refusal: 'bound-elsewhere' })
})

test('a session too large for one cookie is minted as several', async () => {
  const data = { cart: Array.from({ length: 150 }, (_, n) => `a thing with a long name, number ${n}`) }
  const minted = await mintCookie(createSessions<Data>(options), { url, data })
  expect(minted.length).toBeGreaterThan(1)
  expect((await visit(createSessions<Data>(options), minted)).data).toEqual(data)
})

test.each([
  [
    'a Secure cookie on plain http',
    { url: 'http://app.example', data: { name: 'Alice' } },
    'Secure cookies need https',
  ],
  ['a session with nothing in it', { url }, 'Give data or a subject'],
  ['"remember me" for nobody', { url, remember: true }, 'remember needs a subject'],
  ['an address of another kind', { url: 'file:///app', subject: 'alice' }, 'is not an http or https URL'],
])('minting %s fails and says why', async (_, request, message) => {
  await expect(mintCookie(createSessions<Data>(options), request)).rejects.toThrow(message)
})

import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import expressSessions, { MemoryStore, type Store } from 'express-session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HeaderJar, memoryStore, type SessionReader } from '../../index.ts'
import { Browser } from '../test-support/browser.ts'
import { type Data, request, testSessions } from '../test-support/sessions.ts'
import { cookieReader } from './cookie-reader.ts'

/** `store` is express-session's own, `secrets` its `secret` option. */
function expressSession(store: Store, secrets: readonly string[]): SessionReader {
  const load = promisify(store.get.bind(store))
  const isSigned = (id: string, signature: string) =>
    secrets.some((secret) => {
      const digest = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
      const [expected, given] = [Buffer.from(encodeURIComponent(digest)), Buffer.from(signature)]
      return expected.length === given.length && timingSafeEqual(expected, given)
    })
  return cookieReader({
    name: 'express-session',
    resembles: (value) => value.startsWith('s%3A'),
    async read(value) {
      const [, id = '', signature = ''] = /^s%3A([\w-]+)\.([\w%]+)$/.exec(value) ?? []
      if (!isSigned(id, signature)) return 'tampered'
      const found = await load(id)
      if (!found) return 'not-found'
      const { cookie, ...data } = found
      return { id, data }
    },
  })
}

const [NEW, OLD] = ['express secret', 'express secret before']

/** An app with the real express-session: every visit counts, and `/logout` ends the session. */
function expressApp(store: MemoryStore, secret: string): Server {
  const middleware = expressSessions({ secret, store, resave: false, saveUninitialized: false, name: 'connect.sid' })
  type Request = Parameters<typeof middleware>[0] & IncomingMessage
  return createServer((incoming, outgoing: ServerResponse) => {
    const request = incoming as Request
    middleware(request, outgoing as Parameters<typeof middleware>[1], () => {
      if (request.url === '/logout') return request.session.destroy(() => outgoing.end())
      Object.assign(request.session, { userId: 'ann', visits: Number(Reflect.get(request.session, 'visits') ?? 0) + 1 })
      return outgoing.end()
    })
  })
}

describe.each([NEW, OLD])('a session of the real express-session, signed with %j', (secret) => {
  const store = new MemoryStore()
  const app = expressApp(store, secret)
  const visit = async (path = '/', cookie = ''): Promise<string> => {
    const { port } = app.address() as AddressInfo
    const { headers } = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } })
    return headers.getSetCookie()[0]?.split(';')[0] ?? cookie
  }
  const setUp = () =>
    testSessions({
      store: memoryStore({ name: `express-${secret}` }),
      adopt: [
        {
          from: expressSession(store, [NEW, OLD]),
          name: 'connect.sid',
          until: '2999-12-31',
          subject: (data) => data['userId'] as string,
        },
      ],
    })

  beforeAll(() => new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise((resolve) => app.close(resolve)))

  it('goes on as one of ours, by the recipe of docs/migrating.md', async () => {
    const { sessions } = setUp()
    const cookie = await visit()
    const browser = new Browser()
    browser.cookies.set('connect.sid', (await visit('/', cookie)).slice('connect.sid='.length))
    const found = await request(sessions, browser, (session) => {
      session.data['visits'] = Number(session.data['visits']) + 1
      return { present: session.present, subject: session.subject }
    })
    expect(found).toEqual({ present: true, subject: 'ann' })
    expect([...browser.cookies.keys()]).toEqual(['session'])
    expect(await request(sessions, browser, ({ data }): Data => data)).toEqual({ userId: 'ann', visits: 3 })
  })

  it('is refused when it has ended there, and when its cookie was changed', async () => {
    const { sessions } = setUp()
    const cookie = await visit()
    const refusal = async (header: string) => (await sessions.read({ jar: new HeaderJar(header) })).refusal
    expect(await refusal(cookie)).toBeUndefined()
    for (const changed of [`${cookie}A`, cookie.slice(0, -1), cookie.replace('s%3A', 's%3AA'), `${cookie}%`])
      expect(await refusal(changed)).toBe('tampered')
    await visit('/logout', cookie)
    expect(await refusal(cookie)).toBe('not-found')
  })
})

describe('the recipe of docs/migrating.md', () => {
  const source = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

  it('is the code that was tested here', () => {
    const code = source('./express-session.test.ts')
    const start = code.indexOf('function expressSession(')
    const recipe = code.slice(start, code.indexOf('\n}\n', start))
    expect(source('../../../../../docs/migrating.md')).toContain(recipe)
  })
})

import { createCookieSessionStorage } from '@remix-run/node'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'

/** Remix 2's cookie session storage: signed with HMAC-SHA256, readable by everybody who has the cookie. */
export function remix(): Peer {
  const storage = createCookieSessionStorage<SessionData>({
    cookie: {
      name: '__Host-session',
      secrets: [secret],
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
    },
  })

  return {
    name: 'Remix 2.17.5 (signed only)',
    async create(data) {
      const session = await storage.getSession()
      for (const key of ['visits', 'user', 'cart', 'note'] as const) session.set(key, data[key])
      return [await storage.commitSession(session)]
    },
    load: async (header) => (await storage.getSession(header)).data,
    async save(header) {
      const session = await storage.getSession(header)
      session.set('visits', (session.get('visits') ?? 0) + 1)
      return [await storage.commitSession(session)]
    },
  }
}

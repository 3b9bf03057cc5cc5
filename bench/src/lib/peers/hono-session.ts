import { type Session, useSession } from '@hono/session'
import { Hono } from 'hono'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'

function oneVisitMore(data: SessionData | null): SessionData {
  if (!data) throw new Error('The session did not open.')
  return { ...data, visits: data.visits + 1 }
}

interface Exchange {
  created?: SessionData
  loaded?: SessionData | null
}

/** @hono/session (jose, A256GCM). It works inside a Hono app only, so each operation also pays for the request. */
export function honoSession(): Peer {
  const app = new Hono<{ Bindings: Exchange; Variables: { session: Session<SessionData> } }>()
  app.use(useSession<SessionData>({ secret }))
  app.get('/create', async ({ env, var: { session }, body }) => {
    if (env.created) await session.update(env.created)
    return body(null)
  })
  app.get('/load', async ({ env, var: { session }, body }) => {
    env.loaded = await session.get()
    return body(null)
  })
  app.get('/save', async ({ var: { session }, body }) => {
    await session.update(oneVisitMore)
    return body(null)
  })

  const fetch = async (path: string, header: string, exchange: Exchange): Promise<Response> =>
    app.fetch(new Request(`http://localhost${path}`, { headers: { cookie: header } }), exchange)

  return {
    name: '@hono/session 0.2.1',
    create: async (data) => (await fetch('/create', '', { created: data })).headers.getSetCookie(),
    async load(header) {
      const exchange: Exchange = {}
      await fetch('/load', header, exchange)
      return exchange.loaded ?? null
    },
    save: async (header) => (await fetch('/save', header, {})).headers.getSetCookie(),
  }
}

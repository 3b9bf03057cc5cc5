import { setTimeout as pause } from 'node:timers/promises'
import type { Session } from '@sojourn/core'
import { faultsOfProcess } from './process-faults.ts'
import { type Data, events, served, sessions } from './sessions.ts'

/** What a route works with. The session is opened at the first call. */
export interface Access {
  readonly query: URLSearchParams
  readonly session: () => Promise<Session<Data>>
}

export type Route = (access: Access) => Promise<Response>

const signedOut = (): Response => Response.json({ user: null }, { status: 401 })

/** What is shown of a session. */
const shown = ({ id, subject, data }: Session<Data>): object => ({
  id,
  user: subject,
  canary: data.canary,
  count: data.count,
  slow: data.slow,
})

/** A route for those who are signed in. */
const signedIn =
  (route: (session: Session<Data>, access: Access) => Promise<void>): Route =>
  async (access) => {
    const session = await access.session()
    if (session.subject === undefined) return signedOut()
    await route(session, access)
    return Response.json(shown(session))
  }

/** Requests that have read a session and are about to write it. */
let inside = 0

export const routes: Readonly<Record<string, Route>> = {
  'GET /me': signedIn(async () => {}),

  'POST /login': async ({ session: open, query }) => {
    const session = await open()
    session.data = { canary: query.get('canary') ?? '', count: 0 }
    await session.signIn(query.get('user') ?? 'nobody')
    return Response.json(shown(session))
  },

  'POST /logout': async ({ session: open }) => {
    const session = await open()
    await session.destroy()
    return Response.json({ user: null, unconfirmed: served.getStore()?.unconfirmed })
  },

  'POST /inc': signedIn(async (session) => {
    await session.update((data) => {
      data.count = (data.count ?? 0) + 1
    })
  }),

  'POST /regenerate': signedIn(async (session) => await session.regenerate()),

  /** Begins, waits, and then writes: whatever has happened to the session meanwhile. */
  'POST /slow': signedIn(async (session, { query }) => {
    await pause(Number(query.get('ms')))
    session.data.slow = query.get('mark') ?? ''
    await session.save()
  }),

  /** Counts without `update()`: right only for who is alone with the session. */
  'POST /read-then-write': signedIn(async (session, { query }) => {
    const count = session.data.count ?? 0
    inside++
    await pause(Number(query.get('ms')))
    inside--
    session.data.count = count + 1
    await session.save()
  }),

  'POST /put': signedIn(async (session, { query }) => {
    session.data.blob = 'x'.repeat(Number(query.get('bytes')))
    await session.save()
  }),

  'GET /list': async ({ query }) => Response.json(await sessions.list(query.get('user') ?? '')),

  'POST /revoke': async ({ query }) => Response.json({ ended: await sessions.revoke(query.get('user') ?? '') }),

  /** Asks for no session: how long the machine takes for anything at all. */
  'GET /idle': async () => Response.json({}),

  'GET /process': async () =>
    Response.json({
      pid: process.pid,
      memory: process.memoryUsage().rss,
      faults: faultsOfProcess,
      inside,
      events: Object.fromEntries(events),
      description: sessions.describe(),
    }),
}

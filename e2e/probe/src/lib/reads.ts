import type { ReadonlySession, Sessions } from '@sojourn/core'
import { show, showInfo, unauthenticated } from './answers.ts'
import type { ProbeData } from './probe-data.ts'

type Read = (
  session: ReadonlySession<ProbeData>,
  sessions: Sessions<ProbeData>,
  request: Request,
) => Response | Promise<Response>

/** What `GET /api/<name>` answers. Nothing here writes or touches. */
export const reads: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['session', (session) => show(session)],
  ['me', ({ subject }) => (subject === undefined ? unauthenticated() : Response.json({ subject }))],
  ['sessions', listOwn],
  // What a server behind this one would be sent.
  [
    'forwarded',
    (_, sessions, { headers }) => Response.json({ cookie: sessions.stripSessionCookies(headers.get('cookie')) }),
  ],
])

async function listOwn({ subject, id }: ReadonlySession<ProbeData>, sessions: Sessions<ProbeData>): Promise<Response> {
  if (subject === undefined) return unauthenticated()
  const infos = await sessions.list(subject)
  return Response.json({ sessions: infos.map((info) => showInfo(info, info.id === id)) })
}

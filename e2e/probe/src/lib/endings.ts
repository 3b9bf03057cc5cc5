import type { Session, Sessions } from '@sojourn/core'
import { unauthenticated } from './answers.ts'
import type { ProbeData } from './probe-data.ts'

/** Ends sessions and answers how many. `query` is that of the request's URL. */
type Ending = (session: Session<ProbeData>, sessions: Sessions<ProbeData>, query: URLSearchParams) => Promise<Response>

/** What `DELETE /api/<name>` does. */
export const endings: ReadonlyMap<string, Ending> = new Map([['sessions', revoke]])

async function revoke(...[session, sessions, query]: Parameters<Ending>): Promise<Response> {
  const { subject, id } = session
  if (subject === undefined) return unauthenticated()
  const all = query.get('all') === '1'
  const ended = await sessions.revoke(subject, all ? {} : { except: id })
  if (all) await session.destroy()
  return Response.json({ ended })
}

import type { ReadonlySession } from '@sojourn/core'
import { refuse, show } from './answers.ts'
import type { ProbeData } from './probe-data.ts'

type Read = (session: ReadonlySession<ProbeData>) => Response

/** What `GET /api/<name>` answers. Nothing here writes or touches. */
export const reads: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['session', (session) => show(session)],
  [
    'me',
    ({ subject }) =>
      subject === undefined ? refuse(401, 'unauthenticated', 'Nobody is signed in.') : Response.json({ subject }),
  ],
])

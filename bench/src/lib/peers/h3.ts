import { H3Event, type SessionConfig, type SessionManager, useSession } from 'h3'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'

const defaults: SessionConfig = {
  name: '__Host-session',
  password: secret,
}

/** iron-webcrypto's settings with the one iteration that h3 1 and iron-session use. */
const oneIteration: SessionConfig = {
  ...defaults,
  seal: {
    encryption: { saltBits: 256, algorithm: 'aes-256-cbc', iterations: 1, minPasswordlength: 32 },
    integrity: { saltBits: 256, algorithm: 'sha256', iterations: 1, minPasswordlength: 32 },
    ttl: 0,
    timestampSkewSec: 60,
    localtimeOffsetMsec: 0,
  },
}

/** h3's `useSession`. It works on an event only, so each operation also pays for a Request. */
function peer(name: string, config: SessionConfig): Peer {
  const open = async (header: string): Promise<[H3Event, SessionManager<SessionData>]> => {
    const event = new H3Event(new Request('http://localhost/', { headers: { cookie: header } }))
    return [event, await useSession<SessionData>(event, config)]
  }

  const write = async (header: string, change: (data: Partial<SessionData>) => Partial<SessionData>) => {
    const [event, session] = await open(header)
    await session.update(change)
    return event.res.headers.getSetCookie()
  }

  return {
    name,
    create: (data) => write('', () => data),
    async load(header) {
      const [, session] = await open(header)
      return session.data
    },
    save: (header) => write(header, (data) => ({ visits: (data.visits ?? 0) + 1 })),
  }
}

export const h3 = (): Peer => peer('h3 2.0.8 useSession', defaults)
export const h3OneIteration = (): Peer => peer('h3 2.0.8, iterations: 1', oneIteration)

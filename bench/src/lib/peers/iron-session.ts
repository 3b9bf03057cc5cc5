import { type CookieJar, getIronSession, type IronSession } from 'iron-session'
import { cookieValue, setCookieLine } from '../cookies.ts'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'

const options = { cookieName: '__Host-session', password: secret }

/** iron-session through its own `CookieJar`, the leanest of its ways in: no Request, no Headers. */
export function ironSession(): Peer {
  const open = (header: string, lines: string[]): Promise<IronSession<SessionData>> => {
    const jar: CookieJar = {
      read: (name) => cookieValue(header, name),
      write: (name, value) => lines.push(setCookieLine(name, value)),
    }
    return getIronSession<SessionData>(jar, options)
  }

  return {
    name: 'iron-session 9.0.1',
    async create(data) {
      const lines: string[] = []
      const session = await open('', lines)
      await Object.assign(session, data).save()
      return lines
    },
    load: (header) => open(header, []),
    async save(header) {
      const lines: string[] = []
      const session = await open(header, lines)
      session.visits = (session.visits ?? 0) + 1
      await session.save()
      return lines
    },
  }
}

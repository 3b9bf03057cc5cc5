import { createSessions, HeaderJar } from '@sojourn/core'
import { cookieHeader } from './http.ts'

const SECRET = 'a secret of the fixture, at least 32 bytes long'

/** The Cookie header of a fixture session with this name, saved that many seconds ago. A touch is due after 60. */
export async function mintSession(name: string, secondsAgo = 0): Promise<string> {
  const sessions = createSessions<{ name: string }>({
    secret: SECRET,
    name: '__Host-session',
    bind: ['tlsSession'],
    cookie: { secure: true },
    now: () => Date.now() - secondsAgo * 1000,
  })
  const jar = new HeaderJar(null)
  const session = await sessions.open({ jar, facts: { tlsSession: 'none' } })
  session.data.name = name
  await session.save()
  return cookieHeader(jar.lines)
}

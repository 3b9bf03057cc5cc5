import { createSessions, type SessionOptions } from '@sojourn/core'
import { mintCookie } from '@sojourn/testing'
import { SECRET } from './apps.ts'
import { SESSION_COOKIE } from './client.ts'

type MintOptions = Pick<SessionOptions<object>, 'secret' | 'name' | 'audience' | 'now'>

/** The cookie of a session in which `subject` is signed in, sealed as the servers seal it but for `options`. */
export async function mint(subject: string, options: MintOptions = {}): Promise<string> {
  const sessions = createSessions<{ name: string }>({
    secret: SECRET,
    name: SESSION_COOKIE,
    cookie: { secure: true },
    ...options,
  })
  const [cookie] = await mintCookie(sessions, {
    url: 'https://example.test',
    subject,
    data: { name: `${subject} Fan` },
  })
  if (!cookie) throw new Error('Signing in sets a cookie.')
  return cookie.value
}

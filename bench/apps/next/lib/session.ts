import { createSessions } from '@sojourn/next'
import { getIronSession, type IronSession } from 'iron-session'
import { cookies } from 'next/headers'

interface SessionData {
  visits: number
}

const { SESSION_SECRET: secret } = process.env

export const { getSession, withSession } = createSessions<SessionData>({ secret })

export const ironSession = async (): Promise<IronSession<SessionData>> =>
  getIronSession<SessionData>(await cookies(), {
    cookieName: '__Host-session',
    password: secret ?? '',
  })

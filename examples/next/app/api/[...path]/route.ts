import { probe } from '@sojourn/probe'
import { getSession, sessions, withSession } from '../../../lib/session.ts'

const api = withSession((request: Request) => probe(request, { sessions, getSession }))

export { api as DELETE, api as GET, api as PATCH, api as POST, api as PUT }

import { probe } from '@sojourn/probe'
import { getSession, sessions } from '#lib/server/session'
import type { RequestHandler } from './$types'

export const fallback: RequestHandler = ({ request, getClientAddress }) =>
  probe(request, { sessions, getSession, address: getClientAddress() })

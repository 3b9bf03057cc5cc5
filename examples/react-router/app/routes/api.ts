import { probe } from '@sojourn/probe'
import { getSession, sessions } from '../session.server.ts'
import type { Route } from './+types/api'

const api = ({ request, context }: Route.LoaderArgs) =>
  probe(request, { sessions, getSession: () => getSession(context) })

export { api as action, api as loader }

import { withSession } from '../../lib/session'

/** Has a session at hand and no use for it. */
export const GET = withSession((_request: Request) => new Response('0'))

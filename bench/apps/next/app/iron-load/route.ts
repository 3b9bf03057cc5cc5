import { ironSession } from '../../lib/session'

export async function GET(): Promise<Response> {
  const session = await ironSession()
  return new Response(`${session.visits}`)
}

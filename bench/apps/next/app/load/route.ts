import { getSession } from '../../lib/session'

export async function GET(): Promise<Response> {
  const session = await getSession()
  return new Response(`${session.data.visits}`)
}

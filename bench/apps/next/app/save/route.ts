import { getSession } from '../../lib/session'

export async function GET(): Promise<Response> {
  const session = await getSession()
  session.data.visits = (session.data.visits ?? 0) + 1
  await session.save()
  return new Response(`${session.data.visits}`)
}

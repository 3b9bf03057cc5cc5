import { ironSession } from '../../lib/session'

export async function GET(): Promise<Response> {
  const session = await ironSession()
  session.visits = (session.visits ?? 0) + 1
  await session.save()
  return new Response(`${session.visits}`)
}

import type { RequestHandler } from './$types'

export const GET: RequestHandler = async ({ locals }) => {
  const session = await locals.session
  return new Response(`${session.data.visits}`)
}

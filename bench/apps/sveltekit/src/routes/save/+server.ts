import type { RequestHandler } from './$types'

/** The hook saves what is unsaved. */
export const GET: RequestHandler = async ({ locals }) => {
  const session = await locals.session
  session.data.visits = (session.data.visits ?? 0) + 1
  return new Response(`${session.data.visits}`)
}

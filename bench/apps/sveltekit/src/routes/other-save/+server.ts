import type { RequestHandler } from './$types'

export const GET: RequestHandler = async ({ locals }) => {
  const { visits } = await locals.session.update((data: { visits: number }) => ({ visits: data.visits + 1 }))
  return new Response(`${visits}`)
}

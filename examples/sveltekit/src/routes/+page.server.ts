import { sessionFacts } from '@sojourn/probe'
import { fail, redirect } from '@sveltejs/kit'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals }) => {
  const session = await locals.session
  return { name: session.data.name ?? 'Anonymous', facts: sessionFacts(session) }
}

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const session = await locals.session
    const form = await request.formData()
    switch (form.get('intent')) {
      case 'start':
        session.data.name = 'SvelteKit Fan'
        break
      case 'modify':
        session.data.name = 'Lua Fan'
        break
      case 'destroy':
        await session.destroy()
        break
      default:
        return fail(400)
    }
    redirect(303, '/')
  },
}

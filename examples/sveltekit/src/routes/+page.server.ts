import { canSignIn, deviceOf, sessionFacts, sessionList } from '@sojourn/probe'
import { fail, redirect } from '@sveltejs/kit'
import { sessions } from '#lib/server/session'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals }) => {
  const session = await locals.session
  return {
    name: session.data.name ?? 'Anonymous',
    facts: sessionFacts(session),
    maySignIn: canSignIn(sessions, session),
    entries: await sessionList(sessions, session),
  }
}

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const session = await locals.session
    const form = await request.formData()
    const name = String(form.get('name') ?? '')
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
      case 'sign-in':
        if (name === '') return fail(400)
        session.data.name = name
        session.data.device = deviceOf(request.headers.get('user-agent'))
        await session.signIn(name)
        break
      case 'sign-out-others':
        if (session.subject !== undefined) await sessions.revoke(session.subject, { except: session.id })
        break
      default:
        return fail(400)
    }
    redirect(303, '/')
  },
}

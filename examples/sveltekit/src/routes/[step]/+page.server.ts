import { error } from '@sveltejs/kit'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params, locals }) => {
  const session = await locals.session
  const name = session.data.name ?? 'Anonymous'
  switch (params.step) {
    case 'start':
      session.data.name = 'SvelteKit Fan'
      return { text: 'Session started.', next: { href: '/test', label: 'Check if it is working' } }
    case 'test':
      return { text: 'Session was started by', name, next: { href: '/modify', label: 'Modify the session' } }
    case 'modify':
      session.data.name = 'Lua Fan'
      return { text: 'Session modified.', next: { href: '/modified', label: 'Check if it is modified' } }
    case 'modified':
      return { text: 'Session was modified by', name, next: { href: '/destroy', label: 'Destroy the session' } }
    case 'destroy':
      await session.destroy()
      return { text: 'Session was destroyed.', next: { href: '/check', label: 'Is it really so' } }
    case 'check':
      return {
        text: 'Session was really destroyed, you are known as',
        name,
        next: { href: '/', label: 'Start again' },
      }
    case 'streaming':
      return { text: 'This name was streamed:', name: late(name), next: { href: '/', label: 'Start again' } }
    default:
      error(404)
  }
}

/** A promise that a load function returns is streamed: the page is sent at once, and the name half a second later. */
const late = (name: string): Promise<string> => new Promise((resolve) => setTimeout(resolve, 500, name))

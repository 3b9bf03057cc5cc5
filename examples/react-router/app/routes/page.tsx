import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'
import type { Route } from './+types/page'

/** The pages that only read the session. */
const pages = new Map([
  ['test', { text: 'Session was started by', next: '/modify', label: 'Modify the session' }],
  ['modified', { text: 'Session was modified by', next: '/destroy', label: 'Destroy the session' }],
  ['check', { text: 'Session was really destroyed, you are known as', next: '/', label: 'Start again' }],
])

export async function loader({ params, context }: Route.LoaderArgs) {
  const page = pages.get(params.page)
  if (!page) throw new Response('Nothing is here.', { status: 404 })
  const session = await getSession(context)
  return { ...page, name: session.data.name ?? 'Anonymous' }
}

export default function Page({ loaderData: { text, name, next, label } }: Route.ComponentProps) {
  return (
    <Step next={next} label={label}>
      {text} <strong>{name}</strong>!
    </Step>
  )
}

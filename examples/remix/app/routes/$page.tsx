import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'

/** The pages that only read the session. */
const pages = new Map([
  ['test', { text: 'Session was started by', next: '/modify', label: 'Modify the session' }],
  ['modified', { text: 'Session was modified by', next: '/destroy', label: 'Destroy the session' }],
  ['check', { text: 'Session was really destroyed, you are known as', next: '/', label: 'Start again' }],
])

export async function loader({ params, request }: LoaderFunctionArgs) {
  const page = pages.get(params['page'] ?? '')
  if (!page) throw new Response('Nothing is here.', { status: 404 })
  const session = await getSession(request)
  return { ...page, name: session.get('name') ?? 'Anonymous' }
}

export default function Page() {
  const { text, name, next, label } = useLoaderData<typeof loader>()
  return (
    <Step next={next} label={label}>
      {text} <strong>{name}</strong>!
    </Step>
  )
}

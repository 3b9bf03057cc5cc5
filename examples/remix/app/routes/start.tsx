import { data, type LoaderFunctionArgs } from '@remix-run/node'
import { commitHeaders, getSession } from '../session.server.ts'
import { Step } from '../step.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  session.set('name', 'Remix Fan')
  return data(null, { headers: await commitHeaders(session) })
}

export default function Start() {
  return (
    <Step next="/test" label="Check if it is working">
      Session started.
    </Step>
  )
}

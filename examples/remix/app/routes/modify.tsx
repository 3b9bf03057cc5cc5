import { data, type LoaderFunctionArgs } from '@remix-run/node'
import { commitHeaders, getSession } from '../session.server.ts'
import { Step } from '../step.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  session.set('name', 'Lua Fan')
  return data(null, { headers: await commitHeaders(session) })
}

export default function Modify() {
  return (
    <Step next="/modified" label="Check if it is modified">
      Session modified.
    </Step>
  )
}

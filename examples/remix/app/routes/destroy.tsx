import { data, type LoaderFunctionArgs } from '@remix-run/node'
import { commitHeaders, getSession } from '../session.server.ts'
import { Step } from '../step.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const session = await getSession(request)
  await session.destroy()
  return data(null, { headers: await commitHeaders(session) })
}

export default function Destroy() {
  return (
    <Step next="/check" label="Is it really so">
      Session was destroyed.
    </Step>
  )
}

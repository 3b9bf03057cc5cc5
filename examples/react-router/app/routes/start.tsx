import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'
import type { Route } from './+types/start'

export async function loader({ context }: Route.LoaderArgs) {
  const session = await getSession(context)
  session.data.name = 'React Router Fan'
}

export default function Start() {
  return (
    <Step next="/test" label="Check if it is working">
      Session started.
    </Step>
  )
}

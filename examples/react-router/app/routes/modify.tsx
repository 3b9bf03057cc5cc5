import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'
import type { Route } from './+types/modify'

export async function loader({ context }: Route.LoaderArgs) {
  const session = await getSession(context)
  session.data.name = 'Lua Fan'
}

export default function Modify() {
  return (
    <Step next="/modified" label="Check if it is modified">
      Session modified.
    </Step>
  )
}

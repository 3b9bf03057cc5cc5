import { getSession } from '../session.server.ts'
import { Step } from '../step.tsx'
import type { Route } from './+types/destroy'

export async function loader({ context }: Route.LoaderArgs) {
  const session = await getSession(context)
  await session.destroy()
}

export default function Destroy() {
  return (
    <Step next="/check" label="Is it really so">
      Session was destroyed.
    </Step>
  )
}

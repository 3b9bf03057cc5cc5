import { Step } from '../../lib/document.tsx'
import { htmlResponse } from '../../lib/html-response.tsx'
import { getSession, withSession } from '../../lib/session.ts'

export const GET = withSession(async () => {
  const session = await getSession()
  session.data.name = 'Next Fan'
  return htmlResponse(
    <Step next="/test" label="Check if it is working">
      Session started.
    </Step>,
  )
})

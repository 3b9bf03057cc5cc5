import { Step } from '../../lib/document.tsx'
import { htmlResponse } from '../../lib/html-response.tsx'
import { getSession, withSession } from '../../lib/session.ts'

export const GET = withSession(async () => {
  const session = await getSession()
  session.data.name = 'Lua Fan'
  return htmlResponse(
    <Step next="/modified" label="Check if it is modified">
      Session modified.
    </Step>,
  )
})

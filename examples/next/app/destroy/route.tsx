import { Step } from '../../lib/document.tsx'
import { htmlResponse } from '../../lib/html-response.tsx'
import { getSession, withSession } from '../../lib/session.ts'

export const GET = withSession(async () => {
  const session = await getSession()
  await session.destroy()
  return htmlResponse(
    <Step next="/check" label="Is it really so">
      Session was destroyed.
    </Step>,
  )
})

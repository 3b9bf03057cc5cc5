import { sessionOptionsFromEnv } from '@sojourn/core'
import type { ProbeData } from '@sojourn/probe'
import { createSessions } from '@sojourn/react-router'

export const { getSession, sessionMiddleware, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env),
})

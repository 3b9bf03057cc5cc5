import { sessionOptionsFromEnv } from '@sojourn/core'
import { createSessions } from '@sojourn/next'
import type { ProbeData } from '@sojourn/probe'

export const { getSession, readSession, withSession, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env),
})

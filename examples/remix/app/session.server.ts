import { sessionOptionsFromEnv } from '@sojourn/core'
import type { ProbeData } from '@sojourn/probe'
import { createSessions } from '@sojourn/remix'

export const { getSession, commitHeaders, sessions } = createSessions<ProbeData>({
  ...sessionOptionsFromEnv(process.env),
})

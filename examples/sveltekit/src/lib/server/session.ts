import { sessionOptionsFromEnv } from '@sojourn/core'
import type { ProbeData } from '@sojourn/probe'
import { createSessions } from '@sojourn/sveltekit'

export const { handle, getSession, sessions } = createSessions<ProbeData>({ ...sessionOptionsFromEnv(process.env) })

import type { ReadonlySession, Sessions } from '@sojourn/core'
import type { ProbeData } from './probe-data.ts'

/** Whether to ask who the visitor is: nobody is signed in, and there is a place to note it. */
export const canSignIn = (sessions: Sessions<ProbeData>, { subject }: ReadonlySession<ProbeData>): boolean =>
  subject === undefined && sessions.describe().signsIn

import type { ReadonlySession } from '@sojourn/core'
import type { ProbeData } from './probe-data.ts'

/** One row of the panel "Your session". */
export interface SessionFact {
  readonly field: 'present' | 'name' | 'id' | 'idle' | 'rolling' | 'absolute'
  readonly label: string
  readonly value: string
}

/** How much of `session.id` is shown. */
export const SHOWN_ID_LENGTH = 16

/** The rows of the panel "Your session": countdowns in whole seconds, `–` for what is not there. */
export function sessionFacts(session: ReadonlySession<ProbeData>, now: number = Date.now()): readonly SessionFact[] {
  const { idle, rolling, absolute } = session.expires
  return [
    { field: 'present', label: 'Present', value: session.present ? 'yes' : 'no' },
    { field: 'name', label: 'Name', value: session.data.name ?? 'Anonymous' },
    { field: 'id', label: 'Id', value: session.id.slice(0, SHOWN_ID_LENGTH) || '–' },
    { field: 'idle', label: 'Idle time left', value: countdown(idle, now) },
    { field: 'rolling', label: 'Rolling time left', value: countdown(rolling, now) },
    { field: 'absolute', label: 'Absolute time left', value: countdown(absolute, now) },
  ]
}

function countdown(deadline: Date | null, now: number): string {
  return deadline ? `${Math.max(0, Math.floor((deadline.getTime() - now) / 1000))} s` : '–'
}

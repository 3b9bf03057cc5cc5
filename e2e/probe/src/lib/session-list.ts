import { type ReadonlySession, type SessionInfo, type Sessions, SessionUnsupportedError } from '@sojourn/core'
import type { ProbeData } from './probe-data.ts'
import { SHOWN_ID_LENGTH } from './session-facts.ts'

/** One entry of the panel "Your sessions". */
export interface SessionEntry {
  readonly id: string
  readonly device: string
  /** Whether it is the session of this request. */
  readonly current: boolean
  /** When it began and when it was last used, in words. */
  readonly began: string
  readonly used: string
}

/**
 * The entries of the panel "Your sessions", this device first. `undefined` where there is nothing to show: nobody is
 * signed in, or the sessions are kept where they cannot be listed.
 */
export async function sessionList(
  sessions: Sessions<ProbeData>,
  session: ReadonlySession<ProbeData>,
  now: number = Date.now(),
): Promise<readonly SessionEntry[] | undefined> {
  if (session.subject === undefined) return undefined
  try {
    const infos = await sessions.list(session.subject)
    const entries = infos.map((info) => entryOf(info, info.id === session.id, now))
    return entries.sort((a, b) => Number(b.current) - Number(a.current))
  } catch (error) {
    if (error instanceof SessionUnsupportedError) return undefined
    throw error
  }
}

const entryOf = (info: SessionInfo<ProbeData>, current: boolean, now: number): SessionEntry => ({
  id: info.id.slice(0, SHOWN_ID_LENGTH),
  device: info.data.device ?? 'Unknown device',
  current,
  began: ago(info.began, now),
  used: ago(info.used, now),
})

function ago(date: Date, now: number): string {
  const seconds = Math.max(0, Math.floor((now - date.getTime()) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return `${Math.floor(seconds / 3600)} h ago`
}

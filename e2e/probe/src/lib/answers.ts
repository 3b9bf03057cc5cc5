import type { Deadlines, ReadonlySession, SessionInfo } from '@sojourn/core'
import type { ProbeData } from './probe-data.ts'
import { SHOWN_ID_LENGTH } from './session-facts.ts'

/** A session as JSON, with `null` for what is not there and deadlines in epoch milliseconds. */
export function show(session: ReadonlySession<ProbeData>, added: Record<string, unknown> = {}): Response {
  return Response.json({
    present: session.present,
    id: session.id.slice(0, SHOWN_ID_LENGTH) || null,
    refusal: session.refusal ?? null,
    subject: session.subject ?? null,
    remembered: session.remembered,
    data: session.data,
    expires: showDeadlines(session.expires),
    ...added,
  })
}

/** One of a subject's sessions, for JSON; times in epoch milliseconds. */
export function showInfo(info: SessionInfo<ProbeData>, current: boolean): Record<string, unknown> {
  return {
    id: info.id.slice(0, SHOWN_ID_LENGTH),
    device: info.data.device ?? null,
    began: info.began.getTime(),
    used: info.used.getTime(),
    remembered: info.remembered,
    expires: showDeadlines(info.expires),
    ...(current && { current }),
  }
}

const showDeadlines = ({ idle, rolling, absolute }: Deadlines): Record<keyof Deadlines, number | null> => ({
  idle: idle?.getTime() ?? null,
  rolling: rolling?.getTime() ?? null,
  absolute: absolute?.getTime() ?? null,
})

export function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { code, message } }, { status, headers })
}

export const unauthenticated = (): Response => refuse(401, 'unauthenticated', 'Nobody is signed in.')

import type { ReadonlySession } from '@sojourn/core'
import type { ProbeData } from './probe-data.ts'
import { SHOWN_ID_LENGTH } from './session-facts.ts'

/** A session as JSON, with `null` for what is not there and deadlines in epoch milliseconds. */
export function show(session: ReadonlySession<ProbeData>, added: Record<string, unknown> = {}): Response {
  const { idle, rolling, absolute } = session.expires
  return Response.json({
    present: session.present,
    id: session.id.slice(0, SHOWN_ID_LENGTH) || null,
    refusal: session.refusal ?? null,
    subject: session.subject ?? null,
    remembered: session.remembered,
    data: session.data,
    expires: {
      idle: idle?.getTime() ?? null,
      rolling: rolling?.getTime() ?? null,
      absolute: absolute?.getTime() ?? null,
    },
    ...added,
  })
}

export function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { code, message } }, { status, headers })
}

import { createSessions, HeaderJar } from '@sojourn/core'
import type { SessionStore } from '@sojourn/core/store'
import { cookieHeader } from '../../cookies.ts'
import { secret } from '../../secret.ts'
import type { SessionData } from '../../session-data.ts'
import { patient } from '../patient.ts'
import type { Stack } from '../stack.ts'

/** The whole path of a request: sealed cookie, sealed record, compare-and-set. */
export function sojourn(name: string, store: SessionStore): Stack {
  const sessions = createSessions<SessionData>({ secret, store: patient(store) })
  const headers: string[] = []
  const open = (session: number) => sessions.open({ jar: new HeaderJar(headers[session] ?? '') })

  return {
    name,
    async create(number, data) {
      const jar = new HeaderJar(null)
      const session = await sessions.open({ jar })
      session.data = data
      await session.save()
      headers[number] = cookieHeader(jar.lines)
    },
    async visit(number) {
      const session = await open(number)
      session.data.visits = (session.data.visits ?? 0) + 1
      await session.save()
    },
    async look(number) {
      const session = await open(number)
      const { visits } = session.data
      await sessions.settle(session)
      return visits
    },
    async anonymous() {
      await sessions.settle(await sessions.open({ jar: new HeaderJar(cookieHeader([])) }))
    },
    async close() {
      await store[Symbol.asyncDispose]?.()
    },
  }
}

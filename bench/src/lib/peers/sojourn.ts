import { createSessions, HeaderJar } from '@sojourn/core'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'
import { webBuild } from '../web-build.ts'

type Core = Pick<typeof import('@sojourn/core/cookie'), 'createSessions' | 'HeaderJar'>

function peer(name: string, { createSessions, HeaderJar }: Core): Peer {
  const sessions = createSessions<SessionData>({ secret })

  return {
    name,
    async create(data) {
      const jar = new HeaderJar(null)
      const session = await sessions.open({ jar })
      session.data = data
      await session.save()
      return jar.lines
    },
    async load(header) {
      const session = await sessions.open({ jar: new HeaderJar(header) })
      return session.data
    },
    async save(header) {
      const jar = new HeaderJar(header)
      const session = await sessions.open({ jar })
      session.data.visits = (session.data.visits ?? 0) + 1
      await session.save()
      return jar.lines
    },
  }
}

export const sojourn = (): Peer => peer('sojourn', { createSessions, HeaderJar })

/** The build for runtimes without node:crypto, run on Node beside everything else. */
export const sojournWebCrypto = async (): Promise<Peer> =>
  peer('sojourn, WebCrypto build', await webBuild<Core>('@sojourn/core/cookie'))

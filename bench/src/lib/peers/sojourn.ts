import { type ClientFacts, createSessions, HeaderJar, type SessionOptions, type Sessions } from '@sojourn/core'
import type { Peer } from '../peer.ts'
import { secret } from '../secret.ts'
import type { SessionData } from '../session-data.ts'
import { webBuild } from '../web-build.ts'

type Core = Pick<typeof import('@sojourn/core/cookie'), 'createSessions' | 'HeaderJar'>

function peer(name: string, { createSessions, HeaderJar }: Core): Peer {
  return peerOf(name, createSessions<SessionData>({ secret }), HeaderJar)
}

function peerOf(
  name: string,
  sessions: Sessions<SessionData>,
  HeaderJar: Core['HeaderJar'],
  facts?: ClientFacts,
): Peer {
  const request = facts && { facts }
  return {
    name,
    async create(data) {
      const jar = new HeaderJar(null)
      const session = await sessions.open({ jar, ...request })
      session.data = data
      await session.save()
      return jar.lines
    },
    async load(header) {
      const session = await sessions.open({ jar: new HeaderJar(header), ...request })
      return session.data
    },
    async save(header) {
      const jar = new HeaderJar(header)
      const session = await sessions.open({ jar, ...request })
      session.data.visits = (session.data.visits ?? 0) + 1
      await session.save()
      return jar.lines
    },
  }
}

export const sojourn = (): Peer => peer('sojourn', { createSessions, HeaderJar })

/** With other options. Formats may bind to the client, so it has an address and a browser. */
export const sojournWith = (name: string, options: SessionOptions<SessionData>): Peer =>
  peerOf(name, createSessions<SessionData>({ secret, ...options }), HeaderJar, { scheme: 'https', userAgent: 'bench' })

/** The build for runtimes without node:crypto, run on Node beside everything else. */
export const sojournWebCrypto = async (): Promise<Peer> =>
  peer('sojourn, WebCrypto build', await webBuild<Core>('@sojourn/core/cookie'))

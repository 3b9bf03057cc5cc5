import { randomBytes } from 'node:crypto'
import secureSession, { type Session } from '@fastify/secure-session'
import fastify from 'fastify'
import type { Peer } from '../peer.ts'
import type { SessionData } from '../session-data.ts'

const NAME = 'session'
const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const

/** Its types know no keys until an app declares them for all of its sessions. */
type Writable = Session & { set(key: keyof SessionData, value: unknown): void; data(): SessionData }

/** @fastify/secure-session (native libsodium) through the functions it decorates a server with. */
export async function fastifySecureSession(): Promise<Peer> {
  const server = fastify()
  await server.register(secureSession, { key: randomBytes(32), cookieName: NAME, cookie: attributes })
  await server.ready()

  const open = (header: string): Writable | null =>
    server.decodeSecureSession(server.parseCookie(header)[NAME] ?? '') as Writable | null
  const seal = (session: Session): readonly string[] => [
    server.serializeCookie(NAME, server.encodeSecureSession(session), attributes),
  ]

  return {
    name: '@fastify/secure-session 8.4.0',
    create: (data) => seal(server.createSecureSession({ ...data })),
    load: (header) => open(header)?.data() ?? null,
    save(header) {
      const session = open(header)
      if (!session) return []
      session.set('visits', (session.get('visits') ?? 0) + 1)
      return seal(session)
    },
  }
}

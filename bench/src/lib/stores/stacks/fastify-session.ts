import fastifyCookie from '@fastify/cookie'
import fastifySession, { type FastifySessionOptions } from '@fastify/session'
import type { Store } from 'express-session'
import fastify, { type FastifyRequest } from 'fastify'
import { cookieHeader } from '../../cookies.ts'
import { secret } from '../../secret.ts'
import type { SessionData } from '../../session-data.ts'
import type { Stack } from '../stack.ts'

/** Two plugins declare `request.session`, each as its own; here it is this one's. */
interface Access {
  get(key: 'data'): SessionData | undefined
  set(key: 'data', value: SessionData): void
}

const access = (request: FastifyRequest): Access => request.session as unknown as Access

/** @fastify/session through Fastify's `inject`, for it has no way in without a request. */
export async function fastifySessionOn(name: string, store: Store, close: () => Promise<void>): Promise<Stack> {
  const app = fastify()
  await app.register(fastifyCookie)
  await app.register(fastifySession, {
    secret,
    // The same to the letter but for a `maxAge` that may be there as `undefined`.
    store: store as NonNullable<FastifySessionOptions['store']>,
    saveUninitialized: false,
    rolling: false,
    cookie: { secure: false, sameSite: 'lax', maxAge: 3_600_000 },
  })
  app.post<{ Body: SessionData }>('/create', async (request) => {
    access(request).set('data', request.body)
    return ''
  })
  app.get('/visit', async (request) => {
    const data = access(request).get('data')
    if (data) access(request).set('data', { ...data, visits: data.visits + 1 })
    return ''
  })
  app.get('/look', async (request) => `${access(request).get('data')?.visits}`)
  await app.ready()

  const headers: string[] = []
  const get = (url: string, cookie = cookieHeader([])) => app.inject({ url, headers: { cookie } })

  return {
    name,
    async create(session, data) {
      const { headers: answer } = await app.inject({ method: 'POST', url: '/create', payload: data })
      headers[session] = cookieHeader([answer['set-cookie'] ?? []].flat())
    },
    visit: (session) => get('/visit', headers[session]),
    look: async (session) => Number((await get('/look', headers[session])).body),
    anonymous: () => get('/look'),
    async close() {
      await app.close()
      await close()
    },
  }
}

/** What `inject` costs when the route does nothing and there are no sessions. */
export async function emptyRoute(name: string): Promise<Stack> {
  const app = fastify()
  app.get('/', async () => '')
  await app.ready()
  const headers = { cookie: cookieHeader([]) }
  return {
    name,
    create: async () => {},
    visit: () => app.inject({ url: '/', headers }),
    close: () => app.close(),
  }
}

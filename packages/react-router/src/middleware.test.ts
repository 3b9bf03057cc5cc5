import { memoryStore, type Session, SessionConfigError, type SessionError, type SessionStore } from '@sojourn/core'
import { createContext, data, type LoaderFunctionArgs, RouterContextProvider, redirect } from 'react-router'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessions, type ReactRouterSessionOptions } from './index.ts'
import { routerApp, type TestRoute } from './lib/test-support/app.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  name: string
  list: string[]
}
type Handler = (args: LoaderFunctionArgs) => Promise<unknown>

let now: number
let events: string[]
beforeEach(() => {
  now = Date.UTC(2030, 0, 1)
  events = []
})

/** A visitor of an app that has the middleware at its root. */
function appWith(options: ReactRouterSessionOptions<Data> = {}) {
  const { sessionMiddleware, getSession } = createSessions<Data>({
    secret: 'a secret of these tests, long enough for the rule',
    name: 'session',
    now: () => now,
    onEvent: ({ type }) => events.push(type),
    ...options,
  })

  /** Names the session Ada, then answers. */
  const naming =
    (answer: () => unknown): Handler =>
    async ({ context }) => {
      const session = await getSession(context)
      session.data.name = 'Ada'
      return answer()
    }
  const nameOf: Handler = async ({ context }) => (await getSession(context)).data.name ?? 'nobody'
  const works: ((session: Session<Data>) => unknown)[] = []
  const work: Handler = async ({ request, context }) =>
    works[Number(new URL(request.url).searchParams.get('work'))]?.(await getSession(context))
  const fail = (thrown: unknown) => (): never => {
    throw thrown
  }

  const routes: Record<string, TestRoute> = {
    page: { page: true, loader: nameOf },
    start: { page: true, loader: naming(() => 'started') },
    form: { page: true, loader: nameOf, action: naming(() => 'saved') },
    returned: { page: true, action: naming(() => redirect('/page', 303)) },
    thrown: { page: true, action: naming(fail(redirect('/page', 303))) },
    missing: { page: true, loader: naming(fail(new Response('Nothing is here.', { status: 404 }))) },
    refused: { page: true, loader: naming(fail(data('Not you.', 403))) },
    broken: { page: true, loader: naming(fail(new Error('A fault of the app.'))) },
    unavailable: { page: true, loader: naming(() => data('Later.', 503)) },
    change: { loader: async (args) => Response.json((await work(args)) ?? null) },
    untouched: { page: true, loader: () => 'nothing' },
    resource: { loader: naming(() => Response.json('done')), action: naming(() => Response.json('done')) },
    elsewhere: { loader: naming(() => Response.redirect('https://elsewhere.test/', 302)) },
    'broken-resource': { loader: naming(fail(new Error('A fault of the app.'))) },
    'broken-middleware': {
      middleware: [async (args) => naming(fail(new Error('A fault of the app.')))(args) as Promise<never>],
      loader: () => Response.json('not reached'),
    },
    'own-headers': {
      loader: naming(() => {
        const headers = new Headers({ 'Cache-Control': 'no-store', Vary: 'Accept' })
        headers.append('Set-Cookie', 'theme=dark; Path=/')
        headers.append('Set-Cookie', 'language=en; Path=/')
        return new Response('done', { headers })
      }),
    },
  }

  const visitor = new Visitor(routerApp({ middleware: [sessionMiddleware] }, routes))
  return {
    visitor,
    /** Runs `work` on the session of a request to a resource route, which then answers with what it returned. */
    change: (work: (session: Session<Data>) => unknown): Promise<Response> =>
      visitor.visit(`/change?work=${works.push(work) - 1}`),
    /** The name that the session has in the next request. */
    name: async (): Promise<unknown> => {
      const { loaderData } = (await (await visitor.visit('/page')).json()) as { loaderData: { page: unknown } }
      return loaderData.page
    },
  }
}

const post = { method: 'POST', body: new URLSearchParams() }

describe('a request', () => {
  it('that does not ask for its session is left alone', async () => {
    const { visitor } = appWith({
      clientFacts() {
        throw new Error('The session was opened.')
      },
    })
    const response = await visitor.visit('/untouched')
    expect(await response.json()).toMatchObject({ loaderData: { untouched: 'nothing' } })
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('vary')).toBeNull()
  })

  it('that only reads varies by cookie and sets none', async () => {
    const { visitor } = appWith()
    const response = await visitor.visit('/page')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('cache-control')).toBeNull()
    expect(response.headers.get('vary')).toBe('Cookie')
  })

  it.each<[string, string, RequestInit?]>([
    ['a page', '/start'],
    ['the data of a page', '/start.data'],
    ['an action', '/form', post],
    ['an action called by the client-side router', '/form.data', post],
    ['a returned redirect', '/returned', post],
    ['a thrown redirect', '/thrown', post],
    ['a returned redirect of the client-side router', '/returned.data', post],
    ['a thrown redirect of the client-side router', '/thrown.data', post],
    ['a thrown 404', '/missing'],
    ['a thrown 403 with data', '/refused'],
    ['the loader of a resource route', '/resource'],
    ['the action of a resource route', '/resource', post],
    ['a response with immutable headers', '/elsewhere'],
    ['a HEAD request', '/start', { method: 'HEAD' }],
  ])('saves what %s changed', async (_what, path, init) => {
    const { visitor, name } = appWith()
    const response = await visitor.visit(path, init)
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^session=[\w-]+; Path=\/; HttpOnly/)])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('Cookie')
    expect(await name()).toBe('Ada')
  })

  it.each([
    ['a loader that fails', '/broken', 500],
    ['a loader that fails when only its data is fetched', '/broken.data', 500],
    ['a resource route that fails', '/broken-resource', 500],
    ['a middleware that fails', '/broken-middleware', 500],
    ['an answer of 503', '/unavailable', 503],
  ])('discards what was changed before %s', async (_what, path, status) => {
    const { visitor, name } = appWith()
    const response = await visitor.visit(path)
    expect(response.status).toBe(status)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(events).toContain('discarded')
    expect(await name()).toBe('nobody')
  })

  it('keeps the headers that the app set', async () => {
    const { visitor } = appWith()
    const { headers } = await visitor.visit('/own-headers')
    const [theme, language, session] = headers.getSetCookie()
    expect([theme, language]).toEqual(['theme=dark; Path=/', 'language=en; Path=/'])
    expect(session).toMatch(/^session=/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('vary')).toBe('Accept, Cookie')
  })

  it('shows a document its own changes', async () => {
    const { visitor } = appWith()
    const response = await visitor.visit('/form', post)
    expect(await response.json()).toEqual({ actionData: { form: 'saved' }, loaderData: { form: 'Ada' } })
  })

  it('sets several cookies for a large session, and takes them away again', async () => {
    const { visitor, change, name } = appWith()
    await change(({ data }) => Object.assign(data, { name: 'Ada', list: ['x'.repeat(6000)] }))
    expect([...visitor.cookies.keys()]).toEqual(['session', 'session.2', 'session.3'])
    expect(await name()).toBe('Ada')
    await change((session) => session.destroy())
    expect(visitor.cookies.size).toBe(0)
  })

  it('has one session, whoever asks for it', async () => {
    const { sessionMiddleware, getSession } = createSessions<Data>({
      secret: 'one session for all loaders of a request',
    })
    const seen = new Set<Session<Data>>()
    const see: Handler = async ({ context }) => {
      const session = await getSession(context)
      seen.add(session)
      session.data.list = [...(session.data.list ?? []), 'seen']
      return session.data.list.length
    }
    const middleware = [sessionMiddleware, async (args: LoaderFunctionArgs) => void (await see(args))]
    const handle = routerApp({ middleware, loader: see }, { page: { page: true, loader: see, action: see } })
    await new Visitor(handle).visit('/page', post)
    expect(seen.size).toBe(1)
    expect([...seen][0]?.data.list).toHaveLength(4)
  })
})

describe('an active reader', () => {
  it('stays signed in past the idle limit', async () => {
    const { visitor, name } = appWith()
    await visitor.visit('/start')
    for (let minute = 0; minute < 30; minute++) {
      now += 60_000
      expect(await name()).toBe('Ada')
    }
  })

  it('is given no cookie more than once a minute', async () => {
    const { visitor } = appWith()
    await visitor.visit('/start')
    now += 59_000
    expect((await visitor.visit('/page')).headers.getSetCookie()).toEqual([])
    now += 1000
    expect((await visitor.visit('/page')).headers.getSetCookie()).toHaveLength(1)
  })

  it.each<[string, ReactRouterSessionOptions<Data>, RequestInit]>([
    ['by a prefetch', {}, { headers: { 'sec-purpose': 'prefetch' } }],
    ['with autoTouch off', { autoTouch: false }, {}],
  ])('is not kept %s', async (_how, options, init) => {
    const { visitor } = appWith(options)
    await visitor.visit('/start')
    now += 600_000
    expect((await visitor.visit('/page', init)).headers.getSetCookie()).toEqual([])
  })
})

describe('a save that fails at the end of the request', () => {
  const codeOf = async (response: Response): Promise<unknown> => {
    const { error } = (await response.json()) as { error: { code: string } }
    return error.code
  }

  it('answers 413 when the session does not fit, and leaves it as it was', async () => {
    const { visitor, change, name } = appWith()
    await visitor.visit('/start')
    const response = await change((session) => {
      session.data.list = ['x'.repeat(12_000)]
    })
    expect([response.status, await codeOf(response)]).toEqual([413, 'session_too_large'])
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await name()).toBe('Ada')
  })

  it('answers 409 when another request changed the same list', async () => {
    const { visitor, change } = appWith({ store: memoryStore({ name: 'conflict', now: () => now }) })
    await visitor.visit('/start')
    const response = await change(async ({ data }) => {
      data.list = ['mine']
      await change((session) => {
        session.data.list = ['theirs']
      })
    })
    expect([response.status, await codeOf(response)]).toEqual([409, 'session_conflict'])
  })

  it('answers 410 when the session was destroyed meanwhile', async () => {
    const { visitor, change } = appWith({ store: memoryStore({ name: 'gone', now: () => now }) })
    await visitor.visit('/start')
    const response = await change(async ({ data }) => {
      data.name = 'Grace'
      await change((session) => session.destroy())
    })
    expect([response.status, await codeOf(response)]).toEqual([410, 'session_gone'])
  })

  it('answers 503 when the store fails, and leaves the cookie alone', async () => {
    const working = memoryStore({ name: 'failing', now: () => now })
    let isDown = false
    const store: SessionStore = {
      ...working,
      write: (...call) => (isDown ? Promise.reject(new Error('The store is down.')) : working.write(...call)),
    }
    const { visitor, change, name } = appWith({ store })
    await visitor.visit('/start')
    isDown = true
    const response = await change(({ data }) => {
      data.name = 'Grace'
    })
    expect([response.status, await codeOf(response)]).toEqual([503, 'session_unavailable'])
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.getSetCookie()).toEqual([])
    isDown = false
    expect(await name()).toBe('Ada')
  })

  it('is left to an app that saved by itself and closed the session', async () => {
    const { visitor, change, name } = appWith()
    await visitor.visit('/start')
    const response = await change(async (session) => {
      session.data.list = ['x'.repeat(12_000)]
      const problem = await session.save().catch(({ code }: SessionError) => code)
      await session.close()
      return problem
    })
    expect([response.status, await response.json()]).toEqual([200, 'session_too_large'])
    expect(await name()).toBe('Ada')
  })

  it('is a fault of the app when the data cannot be stored at all', async () => {
    const { change } = appWith()
    const response = await change(({ data }) => {
      Object.assign(data, { name: new Date() })
    })
    expect(response.status).toBe(500)
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

describe('getSession', () => {
  it('says what is missing when the middleware did not run', async () => {
    const { getSession } = createSessions<Data>()
    const call = getSession(new RouterContextProvider())
    await expect(call).rejects.toThrow(SessionConfigError)
    await expect(call).rejects.toThrow('export const middleware = [sessionMiddleware]')
  })

  it('opens bound sessions by what the app tells of the client', async () => {
    const addressContext = createContext<string>()
    const { sessionMiddleware, getSession } = createSessions<Data>({
      secret: 'the address comes from the server of the app',
      name: 'session',
      bind: ['address'],
      clientFacts: (_request, context) => ({ address: context.get(addressContext) }),
    })
    const loader: Handler = async ({ context }) => {
      const session = await getSession(context)
      session.data.name ??= 'Ada'
      return Response.json(session.refusal ?? session.present)
    }
    const handle = routerApp({ middleware: [sessionMiddleware] }, { who: { loader } })
    let address = '192.0.2.1'
    const visitor = new Visitor((request) =>
      handle(request, new RouterContextProvider(new Map([[addressContext, address]]))),
    )
    const who = async (): Promise<unknown> => (await visitor.visit('/who')).json()
    expect(await who()).toBe('missing')
    expect(await who()).toBe(true)
    address = '192.0.2.2'
    expect(await who()).toBe('bound-elsewhere')
  })
})

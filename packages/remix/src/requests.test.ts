import { data, type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessions } from './index.ts'
import { remixApp, type TestRoute } from './lib/test-support/app.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  name: string
}

let now: number
let visitor: Visitor

const { getSession, commitSession, commitHeaders } = createSessions<Data>({
  secret: 'a secret of these tests, long enough for the rule',
  name: 'session',
  now: () => now,
})

const nameOf = async ({ request }: LoaderFunctionArgs) => (await getSession(request)).get('name') ?? 'nobody'

/** What the root loader of the documentation does: renew what is due. */
const root: TestRoute = {
  async loader({ request }) {
    return data('root', { headers: await commitHeaders(await getSession(request)) })
  },
  headers: { 'Cache-Control': 'private, no-store', Vary: 'Cookie' },
}

const setName =
  (name: string): NonNullable<TestRoute['loader']> =>
  async ({ request }) => {
    const session = await getSession(request)
    session.set('name', name)
    return data(name, { headers: await commitHeaders(session) })
  }

const redirectTo = (name: string, how: 'return' | 'throw'): NonNullable<TestRoute['action']> => {
  return async ({ request }) => {
    const session = await getSession(request)
    session.set('name', name)
    const response = redirect('/page', { headers: { 'Set-Cookie': await commitSession(session) } })
    if (how === 'throw') throw response
    return response
  }
}

const app = remixApp(root, {
  page: { page: true, loader: nameOf },
  start: { page: true, loader: setName('Ada') },
  modify: { page: true, loader: setName('Grace') },
  form: { page: true, loader: nameOf, action: setName('Ada') },
  returned: { page: true, action: redirectTo('Ada', 'return') },
  thrown: { page: true, action: redirectTo('Ada', 'throw') },
  resource: {
    async action({ request }) {
      const session = await getSession(request)
      session.set('name', 'Ada')
      return Response.json('done', { headers: await commitHeaders(session) })
    },
  },
  missing: {
    page: true,
    async loader({ request }) {
      const session = await getSession(request)
      session.set('name', 'Ada')
      throw new Response('Nothing is here.', { status: 404, headers: await commitHeaders(session) })
    },
  },
})

beforeEach(() => {
  now = Date.UTC(2030, 0, 1)
  visitor = new Visitor(app)
})

const seenBy = async (visitor: Visitor): Promise<unknown> => {
  const { loaderData } = (await (await visitor.visit('/page')).json()) as { loaderData: Record<string, unknown> }
  return loaderData['page']
}
const post = (path: string): Promise<Response> => visitor.visit(path, { method: 'POST', body: new FormData() })

describe('a page', () => {
  it('sets no cookie for an anonymous reader', async () => {
    const response = await visitor.visit('/page')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('sets what its loader changed', async () => {
    const response = await visitor.visit('/start')
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('Cookie')
    expect(await seenBy(visitor)).toBe('Ada')
  })

  it('sets what its loader changed also when only its data is fetched', async () => {
    const response = await visitor.visit('/start.data')
    expect(response.headers.get('content-type')).toContain('text/x-script')
    expect(await seenBy(visitor)).toBe('Ada')
  })

  it('sets the cookies of a thrown response', async () => {
    const response = await visitor.visit('/missing')
    expect(response.status).toBe(404)
    expect(await seenBy(visitor)).toBe('Ada')
  })

  it('keeps an active reader signed in through the root loader', async () => {
    await visitor.visit('/start')
    for (let minute = 0; minute < 20; minute++) {
      now += 61_000
      expect(await seenBy(visitor)).toBe('Ada')
    }
  })

  it('keeps what its loader changed when the root loader renewed the session in the same response', async () => {
    await visitor.visit('/start')
    now += 120_000
    const response = await visitor.visit('/modify')
    expect(response.headers.getSetCookie()).toHaveLength(2)
    expect(await seenBy(visitor)).toBe('Grace')
  })
})

describe('an action', () => {
  it.each(['/returned', '/thrown'])('keeps its cookie on the redirect %s', async (path) => {
    const response = await post(path)
    expect(response.status).toBe(302)
    expect(await seenBy(visitor)).toBe('Ada')
  })

  it('keeps its cookie on the redirect of a client-side submission', async () => {
    const response = await post('/returned.data')
    expect(response.status).toBe(202)
    expect(await seenBy(visitor)).toBe('Ada')
  })

  it('of a resource route sets its cookie', async () => {
    const response = await post('/resource')
    expect(await response.json()).toBe('done')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(await seenBy(visitor)).toBe('Ada')
  })

  it('that answers a document itself is ahead of its loaders, which still see the old cookie', async () => {
    const response = await post('/form')
    expect(await response.json()).toMatchObject({ actionData: { form: 'Ada' }, loaderData: { form: 'nobody' } })
    expect(await seenBy(visitor)).toBe('Ada')
  })
})

import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../index.ts'
import type { SessionOptions } from '../contracts/options.ts'
import { SessionClosedError } from '../errors.ts'
import { faultyStore } from '../test-support/faulty-store.ts'
import { type Data, testSessions } from '../test-support/sessions.ts'
import { RequestScope, type ScopeOptions } from './request-scope.ts'

function site(options: SessionOptions<Data> = {}) {
  const { sessions, clock, events } = testSessions(options)
  let cookie = ''
  const request = (headers: Record<string, string> = {}, scopeOptions: ScopeOptions = {}) =>
    new RequestScope(sessions, { headers: new Headers({ cookie, ...headers }), scheme: 'https' }, scopeOptions)
  const visit = async (change?: (data: Data) => void, headers?: Record<string, string>): Promise<Response> => {
    const scope = request(headers)
    const session = await scope.session()
    change?.(session.data)
    const response = await scope.respond(new Response('hello'))
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return response
  }
  return { sessions, clock, events, request, visit, types: () => events.splice(0).map(({ type }) => type) }
}

describe('a request that never asks for the session', () => {
  it('gets its response back as it was', async () => {
    const { request, visit, clock, types } = site()
    await visit((data) => Object.assign(data, { name: 'Ann' }))
    types()
    clock.advance(600)
    const scope = request()
    const response = new Response('hello')
    expect(await scope.respond(response)).toBe(response)
    expect([...response.headers.keys()]).toEqual(['content-type'])
    expect(scope.isOpened).toBe(false)
    expect(types()).toEqual([])
  })
})

describe('a request that asks for the session', () => {
  it('has one handle', async () => {
    const scope = site().request()
    expect(scope.isOpened).toBe(false)
    expect(await scope.session()).toBe(await scope.session())
    expect(scope.isOpened).toBe(true)
  })

  it('saves what changed and keeps the response out of shared caches', async () => {
    const response = await site().visit((data) => Object.assign(data, { name: 'Ann' }))
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toContain('Cookie')
  })

  it('sets its cookies on an immutable response as well', async () => {
    const scope = site().request()
    const session = await scope.session()
    session.data['name'] = 'Ann'
    const response = await scope.respond(Response.redirect('https://localhost/next', 303))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('https://localhost/next')
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('drops what changed when the response failed', async () => {
    const { request, types } = site()
    const scope = request()
    const session = await scope.session()
    session.data['name'] = 'Ann'
    const response = await scope.respond(new Response(null, { status: 502 }))
    expect(response.headers.getSetCookie()).toEqual([])
    expect(types()).toEqual(['discarded'])
  })

  it('drops what changed when the caller knows that it failed', async () => {
    const { request, types } = site()
    const scope = request()
    const session = await scope.session()
    session.data['name'] = 'Ann'
    await scope.respond(new Response('{"error":{}}'), 500)
    expect(types()).toEqual(['discarded'])
  })

  it('is answered with the error when it cannot be saved', async () => {
    const scope = site().request()
    const session = await scope.session()
    session.data['name'] = 'x'.repeat(20_000)
    const response = await scope.respond(new Response('hello'))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { code: 'session_too_large' } })
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

describe('the use of a session', () => {
  const due = async () => {
    const visited = site()
    await visited.visit((data) => Object.assign(data, { name: 'Ann' }))
    visited.clock.advance(120)
    visited.types()
    return visited
  }

  it('is written down when it is time to', async () => {
    const { visit, types } = await due()
    expect((await visit()).headers.getSetCookie()).toHaveLength(1)
    expect(types()).toEqual(['touched'])
  })

  it.each([{ 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }, { 'x-moz': 'prefetch' }])(
    'is not a prefetch (%o)',
    async (headers) => {
      const { visit, types } = await due()
      await visit(undefined, headers)
      expect(types()).toEqual([])
    },
  )

  it('is not a sub-request, nor a request that ended in another way than by use', async () => {
    const { request, types } = await due()
    const subRequest = request({}, { touch: false })
    await subRequest.session()
    await subRequest.settle(200)
    const refused = request()
    await refused.session()
    await refused.settle(403, { touch: false })
    expect(types()).toEqual([])
  })
})

describe('when the response was made', () => {
  it('a session can be read and not changed, whenever it was asked for', async () => {
    const { request, visit } = site()
    await visit((data) => Object.assign(data, { name: 'Ann' }))
    for (const asksEarly of [true, false]) {
      const scope = request()
      if (asksEarly) await scope.session()
      await scope.respond(new Response('hello'))
      const session = await scope.session()
      expect(session.data['name']).toBe('Ann')
      expect(() => Object.assign(session.data, { name: 'Bob' })).toThrow(SessionClosedError)
      await expect(session.save()).rejects.toThrow(SessionClosedError)
    }
  })
})

describe('a session that cannot be opened', () => {
  const broken = () => site({ bind: ['tlsSession'] })

  it('is an error for who waits for it, and none for who does not', async () => {
    const { visit, request } = broken()
    await expect(visit()).rejects.toMatchObject({ code: 'session_config' })
    const scope = request()
    void scope.session()
    expect((await scope.respond(new Response('hello'))).status).toBe(200)
  })
})

describe('R42: a store that is down', () => {
  const down = async (isDown: (step: string) => boolean) => {
    const store = memoryStore({ name: 'request-scope-down' })
    const options: SessionOptions<Data> = {
      store: faultyStore(store, (step) => (isFaulty && isDown(step) ? 'before' : undefined)),
    }
    let isFaulty = false
    const made = site(options)
    await made.visit((data) => Object.assign(data, { name: 'Ann' }))
    isFaulty = true
    return made
  }

  it('is answered 503, without touching the cookie, when the session cannot be saved', async () => {
    const { visit } = await down((step) => step === 'write')
    const response = await visit((data) => Object.assign(data, { name: 'Bob' }))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('is an error for who asks for the session, and not a visitor without one', async () => {
    const { request } = await down((step) => step === 'read')
    await expect(request().session()).rejects.toMatchObject({ code: 'session_unavailable', status: 503 })
  })
})

it('R30: a response that depends on a session varies by Cookie, also when it sets none', async () => {
  const { visit } = site()
  const response = await visit()
  expect(response.headers.get('vary')).toBe('Cookie')
  expect(response.headers.get('cache-control')).toBeNull()
})

it('R54: a session bound to address and scheme does not follow a forged header', async () => {
  const { sessions } = testSessions({ bind: ['address', 'scheme'] })
  const open = async (cookie: string, headers: Record<string, string>) => {
    const source = { headers: new Headers({ cookie, ...headers }), scheme: 'https', address: '192.0.2.1' } as const
    const scope = new RequestScope(sessions, source)
    const session = await scope.session()
    session.data['name'] ??= 'Ann'
    return { session, response: await scope.respond(new Response()) }
  }
  const first = await open('', {})
  const cookie = first.response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const forged = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http', 'x-real-ip': '203.0.113.9' }
  expect((await open(cookie, forged)).session.present).toBe(true)
  const elsewhere = new RequestScope(sessions, {
    headers: new Headers({ cookie, 'x-forwarded-for': '192.0.2.1' }),
    scheme: 'https',
    address: '203.0.113.9',
  })
  expect((await elsewhere.session()).refusal).toBe('bound-elsewhere')
})

describe('a store that fails', () => {
  const failing = () => {
    let isDown = false
    const store = faultyStore(memoryStore({ name: 'request-scope' }), () => (isDown ? 'before' : undefined))
    return { ...site({ store }), fail: (down: boolean) => (isDown = down) }
  }

  it('when the session is opened makes the framework’s 500 a 503 with Retry-After', async () => {
    const { visit, request, fail } = failing()
    await visit((data) => Object.assign(data, { name: 'Ann' }))
    fail(true)
    const scope = request()
    await expect(scope.session()).rejects.toMatchObject({ code: 'session_unavailable' })
    const response = await scope.respond(new Response('Internal Error', { status: 500 }))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('at the end leaves the cookie of a sign-in that was acknowledged', async () => {
    const { visit, request, fail } = failing()
    await visit((data) => Object.assign(data, { name: 'Ann' }))
    const scope = request()
    const session = await scope.session()
    await session.signIn('ann')
    session.data['seen'] = true
    fail(true)
    const response = await scope.respond(new Response('hello'))
    expect(response.status).toBe(503)
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('tells the client nothing of what the session holds', async () => {
    const { request } = site()
    const scope = request()
    const session = await scope.session()
    session.data['secretKey'] = 'x'.repeat(20_000)
    const response = await scope.respond(new Response('hello'))
    expect(response.status).toBe(413)
    expect(await response.text()).not.toContain('secretKey')
  })
})

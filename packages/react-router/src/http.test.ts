import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@react-router/node'
import { type Session, SessionClosedError } from '@sojourn/core'
import type { LoaderFunctionArgs } from 'react-router'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createSessions } from './index.ts'
import { routerBuild } from './lib/test-support/app.ts'
import { Visitor } from './lib/test-support/visitor.ts'

interface Data {
  text: string
}

const { sessionMiddleware, getSession } = createSessions<Data>({
  secret: 'a secret of these tests, long enough for the rule',
  name: '__Host-session',
})

/** What a loader of `/streaming` leaves to be streamed, once the test has seen the head of the response. */
let later: (args: LoaderFunctionArgs, early: Session<Data> | undefined) => Promise<string>
let headIsSeen: () => void

const setText =
  (text: string) =>
  async ({ context }: LoaderFunctionArgs) => {
    const session = await getSession(context)
    session.data.text = text
    return text.length
  }

const streaming = (opensEarly: boolean) => async (args: LoaderFunctionArgs) => {
  const head = new Promise<void>((resolve) => {
    headIsSeen = resolve
  })
  const early = opensEarly ? await getSession(args.context) : undefined
  if (early) early.data.text = 'in time'
  return { late: head.then(() => later(args, early)) }
}

const build = routerBuild(
  { middleware: [sessionMiddleware] },
  {
    grow: { page: true, loader: setText('x'.repeat(8000)) },
    shrink: { page: true, loader: setText('small') },
    text: { loader: async ({ context }) => Response.json((await getSession(context)).data.text ?? null) },
    streaming: { page: true, loader: streaming(true) },
    'streaming-late': { page: true, loader: streaming(false) },
  },
  (_request, status, headers, { staticHandlerContext }) => {
    const parts = Object.values(staticHandlerContext.loaderData).map((data) => data?.late)
    return new Response(streamOf('shell ', ...parts), { status, headers })
  },
)

function streamOf(...parts: readonly (string | Promise<string> | undefined)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(await part))
      controller.close()
    },
  })
}

let server: Server
let visitor: Visitor
beforeAll(async () => {
  server = createServer(createRequestListener({ build }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  visitor = new Visitor(fetch, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

const text = async (): Promise<unknown> => (await visitor.visit('/text')).json()

it('carries a session of several cookies over HTTP and clears up when it shrinks', async () => {
  await (await visitor.visit('/grow')).text()
  expect(visitor.cookies.size).toBe(3)
  expect(await text()).toHaveLength(8000)
  await (await visitor.visit('/shrink')).text()
  expect(visitor.cookies.size).toBe(1)
  expect(await text()).toBe('small')
})

it('sends the cookies with the head of a streamed page', async () => {
  later = async () => 'the rest'
  const response = await visitor.visit('/streaming')
  expect(visitor.cookies.size).toBe(1)
  headIsSeen()
  expect(await response.text()).toBe('shell the rest')
  expect(await text()).toBe('in time')
})

const changes: readonly [string, (session: Session<Data>) => unknown][] = [
  ['data set', (session) => Object.assign(session.data, { text: 'too late' })],
  ['save', (session) => session.save()],
  ['update', (session) => session.update(() => undefined)],
  ['regenerate', (session) => session.regenerate()],
  ['signIn', (session) => session.signIn('ada')],
  ['destroy', (session) => session.destroy()],
]

it.each(changes)('refuses %s once the head was sent, instead of losing it', async (_what, change) => {
  let thrown: unknown
  later = async ({ context }, early) => {
    const session = await getSession(context)
    expect(session).toBe(early)
    thrown = await Promise.resolve(session)
      .then(change)
      .catch((error: unknown) => error)
    return String(session.data.text)
  }
  const response = await visitor.visit('/streaming')
  headIsSeen()
  expect(await response.text()).toBe('shell in time')
  expect(thrown).toBeInstanceOf(SessionClosedError)
  expect(await text()).toBe('in time')
})

it.each(changes)('refuses %s also to a session that is first asked for then', async (_what, change) => {
  await (await visitor.visit('/shrink')).text()
  let thrown: unknown
  later = async ({ context }) => {
    const session = await getSession(context)
    thrown = await Promise.resolve(session)
      .then(change)
      .catch((error: unknown) => error)
    return String(session.data.text)
  }
  const response = await visitor.visit('/streaming-late')
  headIsSeen()
  expect(await response.text()).toBe('shell small')
  expect(thrown).toBeInstanceOf(SessionClosedError)
  expect(await text()).toBe('small')
})

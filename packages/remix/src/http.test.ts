import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { data, type LoaderFunctionArgs, writeReadableStreamToWritable } from '@remix-run/node'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createSessions } from './index.ts'
import { remixApp } from './lib/test-support/app.ts'
import { Visitor } from './lib/test-support/visitor.ts'

const { getSession, commitSession, commitHeaders } = createSessions<{ text: string }>({
  secret: 'a secret of these tests, long enough for the rule',
  name: '__Host-session',
})

const setText = (text: string) => async (args: LoaderFunctionArgs) => {
  const session = await getSession(args.request)
  session.set('text', text)
  return data(null, { headers: await commitHeaders(session) })
}

let finish: (text: string) => void
const app = remixApp(
  {},
  {
    grow: { page: true, loader: setText('x'.repeat(8000)) },
    shrink: { page: true, loader: setText('small') },
    length: { loader: async ({ request }) => Response.json((await getSession(request)).get('text')?.length ?? 0) },
    streaming: {
      page: true,
      async loader({ request }) {
        const session = await getSession(request)
        session.set('text', 'before')
        const late = new Promise<string>((resolve) => {
          finish = resolve
        }).then((text) => {
          session.set('text', text)
          return commitSession(session)
        })
        return data({ late }, { headers: await commitHeaders(session) })
      },
    },
  },
  (_request, status, headers, { staticHandlerContext }) => {
    const { late } = staticHandlerContext.loaderData['streaming'] ?? {}
    return new Response(late ? streamOf('shell ', late) : 'page', { status, headers })
  },
)

function streamOf(...parts: readonly (string | Promise<string>)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(await part))
      controller.close()
    },
  })
}

let server: TestServer
let visitor: Visitor
beforeAll(async () => {
  server = await serve(app)
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  visitor = new Visitor(fetch, server.origin)
})

const length = async (): Promise<unknown> => (await visitor.visit('/length')).json()

it('carries a session of several cookies over HTTP and clears up when it shrinks', async () => {
  await (await visitor.visit('/grow')).text()
  expect(visitor.cookies.size).toBe(3)
  expect(await length()).toBe(8000)
  await (await visitor.visit('/shrink')).text()
  expect(visitor.cookies.size).toBe(1)
  expect(await length()).toBe(5)
})

it('sends the cookies with the head of a streamed page, and nothing that is committed later', async () => {
  const response = await visitor.visit('/streaming')
  expect(visitor.cookies.size).toBe(1)
  finish('committed after the head was sent')
  expect(await response.text()).toMatch(/^shell __Host-session=/)
  expect(await length()).toBe('before'.length)
})

interface TestServer extends AsyncDisposable {
  readonly origin: string
}

/** Serves a request handler over HTTP on a free port of this machine. */
async function serve(handle: (request: Request) => Promise<Response>): Promise<TestServer> {
  const answer = async ({ url = '/', rawHeaders }: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const headers = new Headers()
    for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
    const response = await handle(new Request(new URL(url, origin), { headers }))
    outgoing.writeHead(response.status, [...response.headers].flat())
    outgoing.flushHeaders()
    if (response.body) await writeReadableStreamToWritable(response.body, outgoing)
    else outgoing.end()
  }
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

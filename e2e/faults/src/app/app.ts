/** A small app with sessions, as one of several processes: `PORT` says where. */
import { createServer, type IncomingMessage } from 'node:http'
import { errorResponse, isAnswerable, RequestScope } from '@sojourn/core/binding'
import { routes } from './routes.ts'
import { served, sessions } from './sessions.ts'

async function answer(request: IncomingMessage): Promise<Response> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = routes[`${request.method} ${url.pathname}`]
  if (!route) return new Response(null, { status: 404 })
  const headers = new Headers({ cookie: request.headers.cookie ?? '', host: request.headers.host ?? '' })
  const scope = new RequestScope(sessions, { headers, scheme: 'http' })
  try {
    return await scope.respond(await route({ query: url.searchParams, session: () => scope.session() }))
  } catch (error) {
    const response = isAnswerable(error) ? errorResponse(error) : failure(error)
    return await scope.respond(response)
  }
}

function failure(error: unknown): Response {
  console.error(error)
  return Response.json({ error: error instanceof Error ? error.name : 'unknown' }, { status: 500 })
}

createServer(async (request, response) => {
  const answered = await served.run({ unconfirmed: false }, () => answer(request))
  response.writeHead(answered.status, [...answered.headers].flat())
  response.end(await answered.text())
}).listen(Number(process.env['PORT']), '127.0.0.1')

import {
  type ReadonlySession,
  type Session,
  SessionDataError,
  type Sessions,
  SessionUnsupportedError,
} from '@sojourn/core'
import { clientFacts, errorResponse, HeaderJar, isAnswerable, protectFromCaches } from '@sojourn/core/binding'
import { refuse } from './answers.ts'
import { endings } from './endings.ts'
import { BadInputError, Input } from './input.ts'
import type { ProbeData } from './probe-data.ts'
import { reads } from './reads.ts'
import { writes } from './writes.ts'

/** How the probe reaches the sessions of its app. */
export interface ProbeAccess {
  readonly sessions: Sessions<ProbeData>
  /** The request's own writable session, from the app's binding. */
  getSession(): Promise<Session<ProbeData>>
  /** The address of the connection's other end, where the framework tells it. */
  readonly address?: string
}

/**
 * Serves `/api/*`: a JSON API that shows and changes the session of the request, for tests. Answers 404 unless the
 * environment has `SOJOURN_PROBE=1`. Every answer depends on the cookie, and many set it: none may be cached.
 */
export async function probe(request: Request, access: ProbeAccess): Promise<Response> {
  const response = await answer(request, access).catch(answerError)
  protectFromCaches(response.headers)
  return response
}

async function answer(request: Request, access: ProbeAccess): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const name = pathname.replace(/^\/api\//, '')
  const [read, write, end] = [reads.get(name), writes.get(name), endings.get(name)]
  if (process.env['SOJOURN_PROBE'] !== '1' || !(read || write || end))
    return refuse(404, 'not_found', 'Nothing is here.')
  if (read && ['GET', 'HEAD'].includes(request.method))
    return read(await readSession(request, access), access.sessions, request)
  if (write && request.method === 'POST') {
    const run = write(await Input.from(request))
    return run(await access.getSession())
  }
  if (end && request.method === 'DELETE') return end(await access.getSession(), access.sessions, searchParams)
  const allow = [read && 'GET, HEAD', write && 'POST', end && 'DELETE'].filter(Boolean).join(', ')
  return refuse(405, 'method_not_allowed', `The method must be one of ${allow}.`, { allow })
}

/** From the raw header, beside the binding: reading never counts as use of the session. */
function readSession(request: Request, { sessions, address }: ProbeAccess): Promise<ReadonlySession<ProbeData>> {
  const { headers, url } = request
  const scheme = url.startsWith('https:') ? 'https' : 'http'
  return sessions.read({
    jar: new HeaderJar(headers.get('cookie')),
    facts: clientFacts({ headers, scheme, address }, sessions.trustedHops),
  })
}

function answerError(error: unknown): Response {
  if (isAnswerable(error)) return errorResponse(error)
  if (error instanceof SessionUnsupportedError) return refuse(501, error.code, error.message)
  if (error instanceof BadInputError || error instanceof SessionDataError)
    return refuse(400, 'bad_request', error.message)
  throw error
}

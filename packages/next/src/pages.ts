/**
 * Sessions for the Pages Router of Next.js: API routes and `getServerSideProps`.
 *
 * ```ts
 * export const getSession = pagesSession(sessions)
 *
 * export default async function handler(req: NextApiRequest, res: NextApiResponse) {
 *   await using session = await getSession(req, res)
 * ```
 * @module
 */
import { SessionClosedError } from '@sojourn/core'
import {
  type CookieAttributes,
  HeaderJar,
  isPrefetch,
  protectFromCaches,
  type Session,
  type Sessions,
  setCookieLine,
} from '@sojourn/core/binding'
import { type RequestHeaders, requestFacts } from './lib/request-facts.ts'

/** The part of a `NextApiRequest` or of `getServerSideProps`' `req` that matters here. */
export interface PagesRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** The part of a `NextApiResponse` or of `getServerSideProps`' `res` that matters here. */
export interface PagesResponse {
  readonly headersSent: boolean
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string | readonly string[]): unknown
}

/**
 * Makes the Pages Router's `getSession(req, res)`: the request's session, touched when due. There is no hook at the
 * end of such a request, so save before you answer. One handle for each request.
 */
export function pagesSession<D extends object>(
  sessions: Sessions<D>,
): (request: PagesRequest, response: PagesResponse) => Promise<Session<D>> {
  const opened = new WeakMap<PagesRequest, Promise<Session<D>>>()
  return (request, response) => {
    const known = opened.get(request)
    if (known) return known
    const headers: RequestHeaders = { get: (name) => request.headers[name.toLowerCase()]?.toString() ?? null }
    const context = {
      jar: new PagesJar(headers.get('cookie'), response),
      facts: requestFacts(sessions, headers, request.socket.remoteAddress),
    }
    const session = sessions.start(context, { touch: sessions.autoTouch && !isPrefetch(headers) })
    opened.set(request, session)
    return session
  }
}

/** The cookies of a request and its Node response, which may carry a newer one that the proxy has set. */
class PagesJar extends HeaderJar {
  readonly #response: PagesResponse

  constructor(cookieHeader: string | null, response: PagesResponse) {
    super(cookieHeader)
    this.#response = response
  }

  override get(name: string): readonly string[] {
    const line = this.#lines().findLast((candidate) => candidate.startsWith(`${name}=`))
    return line === undefined ? super.get(name) : [line.slice(name.length + 1).split(';', 1)[0] ?? '']
  }

  override assertSettable(): void {
    if (this.#response.headersSent)
      throw new SessionClosedError('The response was already sent: save the session before you answer.')
  }

  override set(name: string, value: string, attributes: CookieAttributes): void {
    this.assertSettable()
    const others = this.#lines().filter((line) => !line.startsWith(`${name}=`))
    this.#response.setHeader('Set-Cookie', [...others, setCookieLine(name, value, attributes)])
    this.#protectFromCaches()
  }

  #lines(): readonly string[] {
    const lines = this.#response.getHeader('Set-Cookie') ?? []
    return typeof lines === 'object' ? lines : [String(lines)]
  }

  #protectFromCaches(): void {
    const headers = new Headers()
    for (const name of ['Cache-Control', 'Vary']) {
      const value = this.#response.getHeader(name)
      if (value !== undefined) headers.set(name, value.toString())
    }
    protectFromCaches(headers)
    headers.forEach((value, name) => this.#response.setHeader(name, value))
  }
}

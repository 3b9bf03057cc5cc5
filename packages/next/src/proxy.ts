/**
 * Touches sessions in `proxy.ts`, because pages cannot: without it, a user who only reads is signed out by the idle
 * limit.
 * @module
 */
import {
  type CookieAttributes,
  HeaderJar,
  isAnswerable,
  isPrefetch,
  protectFromCaches,
  type Sessions,
  withHeaders,
} from '@sojourn/core/binding'
import { requestFacts } from './lib/request-facts.ts'

/** The part of a `NextRequest` that matters here. */
export interface ProxyRequest {
  readonly method: string
  readonly headers: Pick<Headers, 'get'>
}

/** A `NextResponse`, or a plain `Response` that ends the request (a redirect). */
export type ProxyResponse = Response & {
  readonly cookies?: { set(name: string, value: string, attributes: CookieAttributes): unknown }
}

/**
 * Touches and renews the request's session when due, through the response's own cookies: the page that Next renders
 * for this request sees the new one. Nothing is set for anonymous visitors, for prefetches, or within `touchEvery`;
 * and nothing for other methods than GET, whose handler or action sets the cookie itself.
 *
 * ```ts
 * // proxy.ts
 * export const proxy = (request: NextRequest) => touchSession(sessions, request, NextResponse.next())
 * ```
 * @param response `NextResponse.next()`, a rewrite or a redirect, with whatever the app has put on it
 * @returns the same response; a copy where its headers cannot be changed (`Response.redirect()`)
 */
export async function touchSession<D extends object>(
  sessions: Sessions<D>,
  request: ProxyRequest,
  response: ProxyResponse,
): Promise<Response> {
  if (!sessions.autoTouch || request.method !== 'GET' || isPrefetch(request.headers)) return response
  const jar = new ProxyJar(request.headers.get('cookie'))
  try {
    // Opened, not started: the handler of this same request is the one to take the lock.
    const session = await sessions.open({ jar, facts: requestFacts(sessions, request.headers) })
    await sessions.settle(session)
  } catch (error) {
    // The page says what a failing store means to it. One that needs no session must not fail for a touch.
    if (!isAnswerable(error)) throw error
    return response
  }
  return jar.lines.length === 0 ? response : withCookies(response, jar)
}

/** Keeps the parts of each cookie, as `NextResponse.cookies` wants them. */
class ProxyJar extends HeaderJar {
  readonly written = new Map<string, readonly [value: string, attributes: CookieAttributes]>()

  override set(name: string, value: string, attributes: CookieAttributes): void {
    super.set(name, value, attributes)
    this.written.set(name, [value, attributes])
  }
}

/**
 * `cookies.set` is how the page gets to see the cookies; Next repeats the lines that it writes, so those it must be.
 * But it writes every other Set-Cookie anew from what it parsed, and loses those it did not see: they are put back.
 */
function withCookies(response: ProxyResponse, jar: ProxyJar): Response {
  const isOurs = (line: string) => jar.written.has(line.slice(0, line.indexOf('=')))
  const fromApp = response.headers.getSetCookie().filter((line) => !isOurs(line))
  for (const [name, [value, attributes]] of jar.written) response.cookies?.set(name, value, attributes)
  const ours = response.cookies ? response.headers.getSetCookie().filter(isOurs) : jar.lines
  return withHeaders(response, (headers) => {
    headers.delete('set-cookie')
    for (const line of [...fromApp, ...ours]) headers.append('set-cookie', line)
    protectFromCaches(headers)
  })
}

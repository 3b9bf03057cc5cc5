import { errorResponse, isAnswerable, protectFromCaches, varyByCookie, withHeaders } from '@sojourn/core/binding'
import type { AppRequest } from './app-request.ts'

/** A session error may answer in place of a route handler. */
export type Answer<R> = R extends Response ? Response : R

export type WithSession = <A extends readonly unknown[], R>(
  run: (...args: A) => R | Promise<R>,
) => (...args: A) => Promise<Answer<R>>

/** What `redirect()` and `notFound()` count as: an ordinary end of the request. */
const STEERED = 303
const FAILED = 500

/** Makes `withSession`. `touchesSilently`: writing down that a session was used sets no cookie. */
export function sessionWrapper<D extends object>(
  current: () => Promise<AppRequest<D>>,
  touchesSilently: boolean,
): WithSession {
  function withSession<A extends readonly unknown[], R>(
    run: (...args: A) => R | Promise<R>,
  ): (...args: A) => Promise<Answer<R>>
  function withSession(run: (...args: unknown[]) => unknown): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      const request = await current()
      request.enter()
      const isRouteHandler = args[0] instanceof Request
      // A cookie set by an action makes the browser fetch the page again, which a mere deadline is not worth.
      const settle = (status: number) => request.settle(status, isRouteHandler || touchesSilently)
      try {
        const result = await runToTheEnd(() => run(...args), settle)
        return result instanceof Response ? withCacheHeaders(result, request) : result
      } catch (error) {
        const answer = isRouteHandler ? answerTo(error, request.hasSetCookie) : undefined
        if (!answer) throw error
        return withCacheHeaders(answer, request)
      }
    }
  }
  return withSession
}

async function runToTheEnd(run: () => unknown, settle: (status: number) => Promise<void>): Promise<unknown> {
  let result: unknown
  try {
    result = await run()
  } catch (error) {
    if (steering(error)) await settle(STEERED)
    // What was thrown is the news, not that the session could not be looked at as well.
    else await settle(FAILED).catch(() => undefined)
    throw error
  }
  await settle(result instanceof Response ? result.status : 200)
  return result
}

/**
 * The route handler's response where Next would make one without cookies (`notFound()`), without cache headers (a
 * `permanentRedirect()` that sets a cookie, which caches may keep), or a 500 of a session error.
 */
function answerTo(error: unknown, hasSetCookie: boolean): Response | undefined {
  if (isAnswerable(error)) return errorResponse(error)
  const parts = steering(error) ?? []
  if (parts[0] === 'NEXT_HTTP_ERROR_FALLBACK') return new Response(null, { status: Number(parts[1]) })
  if (parts[0] !== 'NEXT_REDIRECT' || !hasSetCookie) return undefined
  // NEXT_REDIRECT;push;/url;307; and the URL may contain semicolons.
  const headers = { location: parts.slice(2, -2).join(';') }
  return new Response(null, { status: Number(parts.at(-2)), headers })
}

/**
 * The parts of what `redirect()`, `notFound()`, `forbidden()` and `unauthorized()` throw. By its digest, because
 * `next/navigation` cannot be imported by a package that also has to load outside of Next's bundler.
 */
function steering(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error && 'digest' in error)) return undefined
  const parts = String(error.digest).split(';')
  return parts[0] === 'NEXT_REDIRECT' || parts[0] === 'NEXT_HTTP_ERROR_FALLBACK' ? parts : undefined
}

/** No cache may keep a Set-Cookie, nor give one user what was made for another. */
function withCacheHeaders<D extends object>(response: Response, request: AppRequest<D>): Response {
  if (!request.isOpened) return response
  return withHeaders(response, request.hasSetCookie ? protectFromCaches : varyByCookie)
}

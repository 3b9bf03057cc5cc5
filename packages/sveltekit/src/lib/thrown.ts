import { errorResponse, isAnswerable, type RequestScope, writeSessionHeaders } from '@sojourn/core/binding'
import { type HttpError, isHttpError, isRedirect, type Redirect, type RequestEvent, redirect } from '@sveltejs/kit'

/**
 * Ends a request that a later hook ended by throwing, so that there is no response to write to: what is unsaved is
 * saved for a redirect and an expected error, dropped for anything else, which then goes its way.
 */
export async function answerThrown<D extends object>(
  thrown: unknown,
  event: RequestEvent,
  scope: RequestScope<D>,
): Promise<Response> {
  try {
    if (isRedirect(thrown)) return answerRedirect(thrown, event, await scope.settle(thrown.status))
    if (isHttpError(thrown)) return answerError(thrown, event, await scope.settle(thrown.status, { touch: false }))
    await scope.settle(500)
    throw thrown
  } catch (error) {
    if (isAnswerable(error)) return scope.withCookies(errorResponse(error))
    throw error
  }
}

/**
 * What to throw instead of a redirect Response to a data request: SvelteKit would answer it with JSON of its own,
 * without the headers of the response.
 */
export function thrownByRedirectOf(event: RequestEvent, response: Response): unknown {
  const location = response.headers.get('location')
  if (!event.isDataRequest || response.status < 300 || response.status > 308 || !location) return undefined
  try {
    redirect(response.status, location)
  } catch (thrown) {
    return thrown
  }
}

/** SvelteKit adds `event.cookies` to a redirect that is thrown. */
function answerRedirect(thrown: Redirect, { cookies }: RequestEvent, lines: readonly string[]): Response {
  const { status, location } = thrown
  try {
    for (const line of lines) {
      const { name, value = '', ...attributes } = cookies.parse(line)
      cookies.set(name, value, { httpOnly: false, secure: false, ...attributes, encode: asItIs })
    }
  } catch {
    // The hook threw after the response was made: too late for event.cookies.
    return withCookies(new Response(null, { status, headers: { location } }), lines)
  }
  throw thrown
}

/** SvelteKit adds nothing to an error that a hook throws: where cookies are due, it is answered here, in short. */
function answerError(thrown: HttpError, event: RequestEvent, lines: readonly string[]): Response {
  if (lines.length === 0) throw thrown
  const { status, body } = thrown
  const asJson = event.isDataRequest || event.request.headers.get('accept')?.includes('application/json')
  return withCookies(asJson ? Response.json(body, { status }) : new Response(body.message, { status }), lines)
}

function withCookies(response: Response, lines: readonly string[]): Response {
  writeSessionHeaders(response.headers, lines)
  return response
}

const asItIs = (value: string): string => value

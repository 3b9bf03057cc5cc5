import { SessionError, type SessionErrorCode } from '../errors.ts'

/** Seconds after which a client may try again when the store was unavailable: its breaker probes every second. */
const RETRY_AFTER = '1'

/**
 * Puts session cookies on a response and keeps it out of shared caches (RFC 9111): a cached Set-Cookie hands one
 * user's session to another. A stricter `no-store` set by the app stays.
 */
export function writeSessionHeaders(headers: Headers, setCookieLines: readonly string[]): void {
  if (setCookieLines.length === 0) return
  for (const line of setCookieLines) headers.append('set-cookie', line)
  protectFromCaches(headers)
}

/** The two cache headers of a response that sets a session cookie: `private, no-store` and `Vary: Cookie`. */
export function protectFromCaches(headers: Headers): void {
  if (!/\bno-store\b/i.test(headers.get('cache-control') ?? '')) headers.set('cache-control', 'private, no-store')
  varyByCookie(headers)
}

/** `Vary: Cookie`: what every response that depends on a session owes to caches, also when it sets no cookie. */
export function varyByCookie(headers: Headers): void {
  const vary = headers.get('vary')
  if (vary === null) headers.set('vary', 'Cookie')
  else if (!/(^|,)\s*(cookie|\*)\s*(,|$)/i.test(vary)) headers.set('vary', `${vary}, Cookie`)
}

/** The answer to a request that a session error ended: its status and code, and nothing of the session. */
export function errorResponse(error: SessionError): Response {
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  if (error.status === 503) headers.set('retry-after', RETRY_AFTER)
  const message = ANSWERS[error.code] ?? 'The session could not be saved.'
  return new Response(JSON.stringify({ error: { code: error.code, message } }), { status: error.status, headers })
}

/** For the client. The error's own message names keys of the session, which are the app's business. */
const ANSWERS: Partial<Record<SessionErrorCode, string>> = {
  session_too_large: 'The session has grown too large.',
  session_conflict: 'Another request changed the session at the same time.',
  session_gone: 'The session has ended.',
  session_unavailable: 'Sessions are not available at the moment.',
  session_lock_timeout: 'Another request of this session takes too long.',
  session_lock_lost: 'Another request changed the session at the same time.',
}

/** The response with headers changed by `write`; a copy where its headers are immutable (redirects, fetched ones). */
export function withHeaders(response: Response, write: (headers: Headers) => void): Response {
  try {
    write(response.headers)
    return response
  } catch {
    const copy = new Response(response.body, response)
    write(copy.headers)
    return copy
  }
}

/** Whether this is a session error that answers the request (409, 410, 413, 503), not a programming mistake. */
export function isAnswerable(error: unknown): error is SessionError {
  return error instanceof SessionError && error.status !== 500
}

import { SessionReadOnlyError } from '@sojourn/core'
import type { Cookies } from '@sveltejs/kit'
import { building } from '$app/env'
import { getRequestEvent } from '$app/server'

/**
 * Why the session cannot be changed where this is called from, if so. `ofRequest` are the cookies that the request's
 * hooks were given.
 */
export function whyReadOnly(ofRequest: Cookies): SessionReadOnlyError | undefined {
  if (building) return new SessionReadOnlyError('The session cannot be changed while pages are prerendered.')
  const current = currentCookies()
  if (!current || current === ofRequest || !forbidsCookies(current)) return undefined
  return new SessionReadOnlyError(
    'The session cannot be changed in remote `query` and `prerender` functions. Use `command` or `form`.',
  )
}

/** There is no current event where SvelteKit renders a page and transforms its HTML. */
function currentCookies(): Cookies | undefined {
  try {
    return getRequestEvent().cookies
  } catch {
    return undefined
  }
}

/**
 * SvelteKit says only by refusing to set a cookie that this is a `query` or `prerender` function. Remote functions
 * have `cookies` of their own, all of which refuse a relative path: asking changes nothing.
 * @see https://svelte.dev/e/kit/remote_cookie_forbidden
 */
function forbidsCookies(cookies: Cookies): boolean {
  try {
    cookies.delete('session', { path: 'relative' })
    return false
  } catch (error) {
    return error instanceof Error && error.message.includes('remote_cookie_forbidden')
  }
}

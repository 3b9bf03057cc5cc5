/**
 * sojourn sessions for SvelteKit 3.
 *
 * @example
 * // src/lib/server/session.ts
 * export const { handle, getSession } = createSessions<{ name: string }>()
 *
 * // src/hooks.server.ts
 * export { handle } from '#lib/server/session'
 *
 * // any load, action, endpoint or remote function
 * const session = await event.locals.session // or: await getSession()
 * session.data.name = 'SvelteKit Fan'
 *
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type ClientFacts,
  createSessions as createCoreSessions,
  type Session,
  SessionConfigError,
  type SessionError,
  type SessionOptions,
  type Sessions,
} from '@sojourn/core'
import { guardSession, type RequestScope } from '@sojourn/core/binding'
import type { Cookies, RequestEvent } from '@sveltejs/kit'
import type { Handle } from '@sveltejs/kit/hooks'
import { getRequestEvent } from '$app/server'
import { newScope } from './lib/new-scope.ts'
import { outcomeOf } from './lib/outcome.ts'
import { whyReadOnly } from './lib/read-only.ts'
import { answerThrown, thrownByRedirectOf } from './lib/thrown.ts'

export type { Session, SessionOptions, Sessions } from '@sojourn/core'

/** Options of {@link createSessions}: those of the engine, and what only the app can know of a request. */
export interface SvelteKitSessionOptions<D extends object> extends SessionOptions<D> {
  /**
   * Client facts for the `bind` option that the app knows better than SvelteKit: a TLS session id, or an address from
   * a header of the platform. Called when a request opens its session.
   */
  readonly clientFacts?: (event: RequestEvent) => ClientFacts
}

/** What {@link createSessions} returns. */
export interface SvelteKitSessions<D extends object> {
  /**
   * The hook, first in `sequence`. It gives every request `event.locals.session`, a promise of the session that is
   * opened at the first access, and saves, touches and closes it when the response is made. Changes are not saved
   * when the response, remote call or data request failed with a status of 500 or more.
   */
  readonly handle: Handle
  /**
   * The current request's session, in hooks after `handle`, load functions, actions, endpoints and remote functions.
   * Read-only in remote `query` and `prerender` functions and while pages are prerendered.
   * @throws SessionConfigError where `handle` has not run yet.
   */
  readonly getSession: () => Promise<Session<D>>
  /** The engine's own object, for everything beyond the current request. */
  readonly sessions: Sessions<D>
}

interface Known<D extends object> {
  readonly scope: RequestScope<D>
  readonly cookies: Cookies
}

/** Sessions for a SvelteKit app. All options have defaults; in production a secret must be given. */
export function createSessions<D extends object>(options: SvelteKitSessionOptions<D> = {}): SvelteKitSessions<D> {
  const { clientFacts, ...coreOptions } = options
  const sessions = createCoreSessions<D>(coreOptions)
  const requests = new WeakMap<App.Locals, Known<D>>()
  const outerScope = new AsyncLocalStorage<RequestScope<D>>()

  const sessionOf = (locals: App.Locals): Promise<Session<D>> => {
    const known = requests.get(locals)
    if (!known) throw new SessionConfigError(HANDLE_FIRST)
    const session = known.scope.session()
    const readOnly = whyReadOnly(known.cookies)
    return readOnly ? guarded(session, readOnly) : session
  }

  const getSession = async (): Promise<Session<D>> => sessionOf(getRequestEvent().locals)

  /** One object for all requests, which V8 defines several times faster than a new one for each. */
  const lazySession: PropertyDescriptor & ThisType<App.Locals> = {
    configurable: true,
    get() {
      return sessionOf(this)
    },
  }

  const handle: Handle = ({ event, resolve }) => {
    // A fetch of the app's own routes runs all hooks again. It belongs to the request that makes it, unless it was
    // made without credentials.
    const outer = event.isSubRequest && event.request.credentials !== 'omit' ? outerScope.getStore() : undefined
    const scope = outer ?? newScope(sessions, event, clientFacts)
    requests.set(event.locals, { scope, cookies: event.cookies })
    Object.defineProperty(event.locals, 'session', lazySession)
    return outer ? resolve(event) : outerScope.run(scope, finish, scope, event, resolve)
  }

  return { handle, getSession, sessions }
}

async function finish<D extends object>(
  scope: RequestScope<D>,
  event: RequestEvent,
  resolve: (event: RequestEvent) => Promise<Response>,
): Promise<Response> {
  let response: Response
  try {
    response = await resolve(event)
  } catch (thrown) {
    return answerThrown(thrown, event, scope)
  }
  if (!scope.isOpened) return response
  const redirected = thrownByRedirectOf(event, response)
  if (redirected) return answerThrown(redirected, event, scope)
  return scope.respond(response, await outcomeOf(event, response))
}

function guarded<D extends object>(session: Promise<Session<D>>, refusal: SessionError): Promise<Session<D>> {
  const guard = session.then((opened) => guardSession(opened, () => refusal))
  // `const { session, user } = event.locals` must not end the process when the session cannot be opened.
  guard.catch(() => {})
  return guard
}

const HANDLE_FIRST =
  'The session was asked for before its `handle` hook ran. Export that hook from src/hooks.server.ts and put it ' +
  'first: `export const handle = sequence(session.handle, yours)`.'

import {
  type ClientFacts,
  createSessions as createCoreSessions,
  type Session,
  SessionConfigError,
  type SessionOptions,
  type Sessions,
} from '@sojourn/core'
import { RequestScope } from '@sojourn/core/binding'
import { createContext, type MiddlewareFunction, type RouterContextProvider } from 'react-router'

type RouterContext = Readonly<RouterContextProvider>

export interface ReactRouterSessionOptions<D extends object> extends SessionOptions<D> {
  /** What the app knows better than the request: an address from its own server's `getLoadContext`, a TLS session id. */
  readonly clientFacts?: (request: Request, context: RouterContext) => ClientFacts
}

export interface ReactRouterSessions<D extends object> {
  /**
   * Export it from root.tsx: `export const middleware = [sessionMiddleware]`. At the end of a request, redirects and
   * errors below 500 included, it saves what is unsaved, or renews the session when that is due, and sets the cookies.
   * When saving fails it answers 409, 410, 413 or 503 instead. A request that never asks for its session costs nothing.
   */
  readonly sessionMiddleware: MiddlewareFunction<Response>
  /**
   * The request's session, the same in all its loaders, actions and middleware. Once the response has begun (in a
   * promise that a loader left to stream), it can be read, and writing throws `SessionClosedError`.
   * @throws SessionConfigError where `sessionMiddleware` did not run
   */
  getSession(context: RouterContext): Promise<Session<D>>
  /** The configuration itself: `describe()`, `stripSessionCookies()`, `read()` … */
  readonly sessions: Sessions<D>
}

/**
 * Creates sessions for a React Router app in framework mode.
 *
 * @example
 * ```ts
 * // app/session.server.ts
 * import { createSessions } from '@sojourn/react-router'
 *
 * export const { getSession, sessionMiddleware } = createSessions<{ name: string }>({ secret: process.env.SESSION_SECRET })
 * ```
 * @throws SessionConfigError when an option is wrong
 */
export function createSessions<D extends object>(options: ReactRouterSessionOptions<D> = {}): ReactRouterSessions<D> {
  const { clientFacts, ...sessionOptions } = options
  const sessions = createCoreSessions<D>(sessionOptions)
  const currentScope = createContext<RequestScope<D> | null>(null)

  return {
    sessions,

    async sessionMiddleware({ request, context }, next) {
      const { headers, url } = request
      const source = { headers, scheme: url.startsWith('https:') ? ('https' as const) : ('http' as const) }
      const scope = new RequestScope(sessions, source, {
        get facts() {
          return clientFacts?.(request, context)
        },
      })
      context.set(currentScope, scope)
      // React Router makes responses of what is thrown further in, but for errors of middleware on resource routes.
      const response = await next().catch(async (error: unknown) => {
        await scope.settle(500)
        throw error
      })
      return scope.respond(response)
    },

    async getSession(context) {
      const scope = context.get(currentScope)
      if (scope) return scope.session()
      throw new SessionConfigError(
        'This request has no session: add `export const middleware = [sessionMiddleware]` to app/root.tsx.',
      )
    },
  }
}

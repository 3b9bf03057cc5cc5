/**
 * For writers of bindings: what every framework binding shares. Apps use a binding instead.
 * @module
 */
export { clientFacts, isPrefetch, type RequestSource } from './lib/binding/facts.ts'
export { guardSession, type Refuse } from './lib/binding/guarded-session.ts'
export { RequestScope, type ScopeOptions } from './lib/binding/request-scope.ts'
export {
  errorResponse,
  isAnswerable,
  protectFromCaches,
  varyByCookie,
  withHeaders,
  writeSessionHeaders,
} from './lib/binding/response.ts'
export type { ClientFacts, CookieAttributes, Jar, ReadJar, RequestContext } from './lib/contracts/request.ts'
export type { ReadonlySession, Session } from './lib/contracts/session.ts'
export type { Outcome, Sessions } from './lib/contracts/sessions.ts'
export { HeaderJar } from './lib/cookies/jar.ts'
export { setCookieLine } from './lib/cookies/set-cookie.ts'

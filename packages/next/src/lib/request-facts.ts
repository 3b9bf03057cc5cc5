import type { Sessions } from '@sojourn/core'
import { type ClientFacts, clientFacts, type RequestSource } from '@sojourn/core/binding'

/** Request headers, wherever Next hands them over. */
export type RequestHeaders = RequestSource['headers']

/** What the app knows better than Next's headers do: an address, the scheme, a TLS session id. */
export type FactsOption = (headers: RequestHeaders) => ClientFacts

/** The `clientFacts` option of each `sessions`, for the proxy and the Pages Router as well. */
const options = new WeakMap<object, FactsOption>()

export function setFactsOption(sessions: object, option: FactsOption | undefined): void {
  if (option) options.set(sessions, option)
}

/** What is known of the client. `address`: of the connection, where Next shows it. */
export function requestFacts<D extends object>(
  sessions: Sessions<D>,
  headers: RequestHeaders,
  address?: string,
): ClientFacts {
  const source = { headers, address, scheme: shownScheme(headers) }
  return { ...clientFacts(source, sessions.trustedHops), ...options.get(sessions)?.(headers) }
}

/**
 * Next hides the connection, and fills `X-Forwarded-Proto` from it unless the client sent that header. Believing it is
 * safe: a client that lies about its own scheme loses its own cookie, and gains nothing that connecting with the other
 * scheme would not give it. An address is another matter, so `X-Forwarded-For` counts from trusted hops only.
 */
function shownScheme(headers: RequestHeaders): 'http' | 'https' | undefined {
  const scheme = headers.get('x-forwarded-proto')
  return scheme === 'http' || scheme === 'https' ? scheme : undefined
}

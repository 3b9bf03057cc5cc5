import type { ClientFacts, Sessions } from '@sojourn/core'
import { RequestScope, type RequestSource, type ScopeOptions } from '@sojourn/core/binding'
import type { RequestEvent } from '@sveltejs/kit'
import { building } from '$app/env'

type FactsOfEvent = ((event: RequestEvent) => ClientFacts) | undefined

/** The scope of one request. Nothing is asked of the event before the session is. */
export const newScope = <D extends object>(
  sessions: Sessions<D>,
  event: RequestEvent,
  facts: FactsOfEvent,
): RequestScope<D> => {
  const source = new KitRequest(event, facts)
  return new RequestScope(sessions, source, source)
}

class KitRequest implements RequestSource, ScopeOptions {
  readonly #event: RequestEvent
  readonly #facts: FactsOfEvent

  constructor(event: RequestEvent, facts: FactsOfEvent) {
    this.#event = event
    this.#facts = facts
  }

  get headers(): Headers {
    return this.#event.request.headers
  }

  /** What the adapter was told, or guesses: it may end TLS itself, or stand behind a proxy that does. */
  get scheme(): 'http' | 'https' {
    return this.#event.url.protocol === 'https:' ? 'https' : 'http'
  }

  /** There is none while pages are prerendered, and not every adapter knows one. */
  get address(): string | undefined {
    try {
      return this.#event.getClientAddress()
    } catch {
      return building ? '' : undefined
    }
  }

  /** A sub-request has no Host header, so the host comes from the URL, as the scheme does. */
  get facts(): ClientFacts {
    return { host: this.#event.url.host, ...this.#facts?.(this.#event) }
  }

  get touch(): boolean {
    return !this.#event.isSubRequest
  }
}

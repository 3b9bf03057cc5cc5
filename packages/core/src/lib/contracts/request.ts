import type { Seconds } from './store.ts'

/** The attributes of a Set-Cookie line (RFC 6265bis), without Expires: Max-Age says the same and wins. */
export interface CookieAttributes {
  readonly path?: string
  readonly domain?: string
  /** Seconds until the browser drops the cookie; 0 deletes it; absent = until the browser closes. */
  readonly maxAge?: Seconds
  readonly secure?: boolean
  readonly httpOnly?: boolean
  readonly sameSite?: 'lax' | 'strict' | 'none'
  readonly partitioned?: boolean
  readonly priority?: 'low' | 'medium' | 'high'
}

/** The cookies of one request, where the framework forbids writing them. */
export interface ReadJar {
  /** Every value sent under exactly this name, octets as received; after a `set` in this request, that value only. */
  get(name: string): readonly string[]
}

/** The cookies of one request and of its response. */
export interface Jar extends ReadJar {
  /** Puts one Set-Cookie for this name on the response, replacing an earlier one of the same name. */
  set(name: string, value: string, attributes: CookieAttributes): void
  /** Throws what `set` would throw now, for jars that end with their response: asked before anything is stored. */
  assertSettable?(): void
}

/** What is known of the client: from the connection, from a configured number of trusted hops, or from the app. */
export interface ClientFacts {
  readonly address?: string
  readonly userAgent?: string
  readonly scheme?: 'http' | 'https'
  /** The Host of the request, to recognise loopback. */
  readonly host?: string
  /** The TLS session id. No framework exposes it: the app supplies it. */
  readonly tlsSession?: string
}

/** One request, as the engine sees it. */
export interface RequestContext<J extends ReadJar = ReadJar | Jar> {
  readonly jar: J
  readonly facts?: ClientFacts
  readonly signal?: AbortSignal
}

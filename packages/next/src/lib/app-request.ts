import type { ReadonlySession, Session, Sessions } from '@sojourn/core'
import { isPrefetch, type RequestContext } from '@sojourn/core/binding'
import { cookies, headers } from 'next/headers.js'
import { connection } from 'next/server.js'
import { allowsSetting, NextJar, ReadonlyNextJar } from './next-jar.ts'
import { type RequestHeaders, requestFacts } from './request-facts.ts'

/** One request's session in the App Router: opened at first access, one handle however often it is asked for. */
export class AppRequest<D extends object> {
  readonly #sessions: Sessions<D>
  readonly #jar: ReadonlyNextJar
  readonly #headers: RequestHeaders
  #session: Promise<Session<D>> | undefined
  #reading: Promise<ReadonlySession<D>> | undefined

  constructor(sessions: Sessions<D>, jar: ReadonlyNextJar, headers: RequestHeaders) {
    this.#sessions = sessions
    this.#jar = jar
    this.#headers = headers
  }

  session(): Promise<Session<D>> {
    this.#session ??= this.#sessions.start(this.#context(), { touch: false })
    return this.#session
  }

  /** The writable handle if there is one, so that what it saved is seen. */
  read(): Promise<ReadonlySession<D>> {
    if (this.#session) return this.#session
    this.#reading ??= this.#sessions.read(this.#context())
    return this.#reading
  }

  /** Whether the session was asked for. */
  get isOpened(): boolean {
    return (this.#session ?? this.#reading) !== undefined
  }

  /** Whether this request set a session cookie. */
  get hasSetCookie(): boolean {
    return this.#jar instanceof NextJar && this.#jar.hasSet
  }

  /** Ends the request: saves, or touches when due, and closes. Nothing to do when no session was opened. */
  async settle(status: number, mayTouch: boolean): Promise<void> {
    const session = await this.#session?.catch(() => undefined)
    const touch = mayTouch && this.#sessions.autoTouch && !isPrefetch(this.#headers)
    if (session) await this.#sessions.settle(session, { status, touch })
  }

  #context(): RequestContext {
    return { jar: this.#jar, facts: requestFacts(this.#sessions, this.#headers) }
  }
}

/**
 * The request that is being served. Next gives the same `cookies()` object throughout a route handler, an action or a
 * render, and another one to each of them. Nothing is caught here: Next steers its rendering by what these throw.
 */
export function currentRequest<D extends object>(sessions: Sessions<D>): () => Promise<AppRequest<D>> {
  const requests = new WeakMap<object, AppRequest<D>>()
  return async () => {
    const requestHeaders = await headers()
    // Read before `cookies()`, which rewrites this header when the proxy has set a cookie.
    const cookieHeader = requestHeaders.get('cookie')
    const store = await cookies()
    // Deadlines need the clock, and Cache Components allow it from here on only.
    await connection()
    let request = requests.get(store)
    if (!request) {
      const jar = allowsSetting(store) ? new NextJar(store, cookieHeader) : new ReadonlyNextJar(store, cookieHeader)
      request = new AppRequest(sessions, jar, requestHeaders)
      requests.set(store, request)
    }
    return request
  }
}

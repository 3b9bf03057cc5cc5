import { type ReadonlySession, type Session, SessionClosedError, type Sessions } from '@sojourn/core'
import { guardSession, isPrefetch, type RequestContext } from '@sojourn/core/binding'
import { cookies, headers } from 'next/headers.js'
import { connection } from 'next/server.js'
import { allowsSetting, type CookieStore, NextJar, ReadonlyNextJar } from './next-jar.ts'
import { type RequestHeaders, requestFacts } from './request-facts.ts'

interface OpenedSession<D extends object> {
  readonly handle: Promise<Session<D>>
  /** What the app is given: the handle, until `withSession` has ended the request. */
  readonly session: Promise<Session<D>>
}

const tooLate = (): SessionClosedError =>
  new SessionClosedError('`withSession` has ended: change the session before it returns.')

/** One request's session in the App Router: opened at first access, one handle however often it is asked for. */
export class AppRequest<D extends object> {
  readonly #sessions: Sessions<D>
  readonly #store: CookieStore
  readonly #headers: RequestHeaders
  readonly #cookieHeader: string | null
  #jar: ReadonlyNextJar | undefined
  #opened: OpenedSession<D> | undefined
  #reading: Promise<ReadonlySession<D>> | undefined
  #depth = 0
  #hasEnded = false

  constructor(sessions: Sessions<D>, store: CookieStore, headers: RequestHeaders, cookieHeader: string | null) {
    this.#sessions = sessions
    this.#store = store
    this.#headers = headers
    this.#cookieHeader = cookieHeader
  }

  session(): Promise<Session<D>> {
    this.#opened ??= this.#open()
    return this.#opened.session
  }

  #open(): OpenedSession<D> {
    const handle = this.#context().then((context) => this.#sessions.start(context, { touch: false }))
    const session = handle.then((opened) => guardSession(opened, () => (this.#hasEnded ? tooLate() : undefined)))
    // A session that was asked for and not awaited must not end the process when it cannot be opened.
    session.catch(() => {})
    return { handle, session }
  }

  /** The writable handle if there is one, so that what it saved is seen. */
  read(): Promise<ReadonlySession<D>> {
    if (this.#opened) return this.#opened.session
    this.#reading ??= this.#context().then((context) => this.#sessions.read(context))
    return this.#reading
  }

  /** Whether the session was asked for. */
  get isOpened(): boolean {
    return (this.#opened ?? this.#reading) !== undefined
  }

  /** Whether this request set a session cookie. */
  get hasSetCookie(): boolean {
    return this.#jar instanceof NextJar && this.#jar.hasSet
  }

  /** A `withSession` begins: inside of another, or after one, which had its own session to end. */
  enter(): void {
    if (this.#hasEnded) this.#opened = undefined
    this.#hasEnded = false
    this.#depth++
  }

  /** The outermost `withSession` ends the request: saves, or touches when due, and closes what was opened. */
  async settle(status: number, mayTouch: boolean): Promise<void> {
    if (--this.#depth > 0) return
    this.#hasEnded = true
    const session = await this.#opened?.handle.catch(() => undefined)
    const touch = mayTouch && this.#sessions.autoTouch && !isPrefetch(this.#headers)
    if (session) await this.#sessions.settle(session, { status, touch })
  }

  /** Nothing of this is done for a request that does not ask for its session. */
  async #context(): Promise<RequestContext> {
    // Deadlines need the clock, and Cache Components allow it from here on only.
    await connection()
    const Jar = allowsSetting(this.#store) ? NextJar : ReadonlyNextJar
    this.#jar ??= new Jar(this.#store, this.#cookieHeader)
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
    const known = requests.get(store)
    if (known) return known
    const request = new AppRequest(sessions, store, requestHeaders, cookieHeader)
    requests.set(store, request)
    return request
  }
}

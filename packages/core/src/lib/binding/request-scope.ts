import type { ClientFacts } from '../contracts/request.ts'
import type { Session } from '../contracts/session.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { HeaderJar } from '../cookies/jar.ts'
import { SessionClosedError, type SessionError } from '../errors.ts'
import { clientFacts, isPrefetch, type RequestSource } from './facts.ts'
import { guardSession } from './guarded-session.ts'
import { errorResponse, isAnswerable, varyByCookie, withHeaders, writeSessionHeaders } from './response.ts'

export interface ScopeOptions {
  /** What the app knows better than the connection: an address, a TLS session id. */
  readonly facts?: ClientFacts | undefined
  /** `false` for sub-requests: they are no use of the session. Prefetches are recognised by themselves. */
  readonly touch?: boolean
}

interface OpenedSession<D extends object> {
  readonly jar: HeaderJar
  readonly handle: Promise<Session<D>>
  /** What the app is given: the handle, until the response was made. */
  readonly session: Promise<Session<D>>
}

/**
 * The life of a session in one request, for frameworks that hand over a Request and take a Response: opened at first
 * access, saved or touched at the end, closed however the request ends.
 */
export class RequestScope<D extends object> {
  readonly #sessions: Sessions<D>
  readonly #source: RequestSource
  readonly #options: ScopeOptions
  #opened: OpenedSession<D> | undefined
  #hasEnded = false

  /** Looks at nothing of the request: most requests of most sites never ask for their session. */
  constructor(sessions: Sessions<D>, source: RequestSource, options: ScopeOptions = {}) {
    this.#sessions = sessions
    this.#source = source
    this.#options = options
  }

  /** Whether the request's session was asked for. */
  get isOpened(): boolean {
    return this.#opened !== undefined
  }

  /**
   * The request's one session handle. When the response was made it can still be read, and changing it, in whatever
   * way, is a `SessionClosedError`.
   */
  session(): Promise<Session<D>> {
    this.#opened ??= this.#open()
    return this.#opened.session
  }

  #open(): OpenedSession<D> {
    const jar = new HeaderJar(this.#source.headers.get('cookie'))
    const handle = this.#start(jar)
    const session = handle.then((opened) => guardSession(opened, () => (this.#hasEnded ? tooLate() : undefined)))
    // A session that was asked for and not awaited must not end the process when it cannot be opened.
    session.catch(() => {})
    return { jar, handle, session }
  }

  async #start(jar: HeaderJar): Promise<Session<D>> {
    const facts = { ...clientFacts(this.#source, this.#sessions.trustedHops), ...this.#options.facts }
    return this.#hasEnded ? this.#sessions.open({ jar, facts }) : this.#sessions.start({ jar, facts }, { touch: false })
  }

  /**
   * Ends the request with this response: settles the session and returns the response with its cookies, or the error
   * response (409, 410, 413, 503) that replaces it. Nothing happens to a response whose request never opened one.
   * `status` tells how the request ended where the status of the response does not.
   */
  async respond(response: Response, status: number = response.status): Promise<Response> {
    try {
      await this.settle(status)
      const fault = status >= 500 ? await this.#openingFault() : undefined
      if (fault) return errorResponse(fault)
    } catch (error) {
      if (!isAnswerable(error)) throw error
      return this.withCookies(errorResponse(error))
    }
    return this.#opened ? this.withCookies(response) : response
  }

  /** The response with the session's cookies. An error response has them too: what was acknowledged has happened. */
  withCookies(response: Response): Response {
    return withHeaders(response, (headers) => {
      varyByCookie(headers)
      writeSessionHeaders(headers, this.#opened?.jar.lines ?? [])
    })
  }

  /** Why the session could not be opened, where that is what the request failed of: 503, not the framework's 500. */
  async #openingFault(): Promise<SessionError | undefined> {
    return this.#opened?.handle.then(
      () => undefined,
      (error: unknown) => (isAnswerable(error) ? error : undefined),
    )
  }

  /**
   * Settles the session and returns the Set-Cookie lines, for the cases where there is no Response to write to.
   * `touch: false` where the way the request ended makes it no use of the session.
   */
  async settle(status: number, { touch = true }: Pick<ScopeOptions, 'touch'> = {}): Promise<readonly string[]> {
    this.#hasEnded = true
    if (!this.#opened) return []
    const { jar, handle } = this.#opened
    try {
      const session = await handle.catch(() => undefined)
      if (session) await this.#sessions.settle(session, { status, touch: touch && this.#isUse() })
      return jar.lines
    } finally {
      jar.seal()
    }
  }

  #isUse(): boolean {
    return this.#options.touch !== false && this.#sessions.autoTouch && !isPrefetch(this.#source.headers)
  }
}

const tooLate = (): SessionClosedError =>
  new SessionClosedError('The response was already made: change the session before you return or stream it.')

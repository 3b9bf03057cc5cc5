import type { ClientFacts } from '../contracts/request.ts'
import type { Session } from '../contracts/session.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { HeaderJar } from '../cookies/jar.ts'
import { SessionClosedError } from '../errors.ts'
import { clientFacts, isPrefetch, type RequestSource } from './facts.ts'
import { guardSession } from './guarded-session.ts'
import { errorResponse, isAnswerable, writeSessionHeaders } from './response.ts'

export interface ScopeOptions {
  /** What the app knows better than the connection: an address, a TLS session id. */
  readonly facts?: ClientFacts | undefined
  /** `false` for sub-requests: they are no use of the session. Prefetches are recognised by themselves. */
  readonly touch?: boolean
}

interface OpenedSession<D extends object> {
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
  readonly #jar: HeaderJar
  readonly #facts: () => ClientFacts
  readonly #touch: boolean
  #opened: OpenedSession<D> | undefined
  #hasEnded = false

  constructor(sessions: Sessions<D>, source: RequestSource, options: ScopeOptions = {}) {
    this.#sessions = sessions
    this.#jar = new HeaderJar(source.headers.get('cookie'))
    this.#facts = () => ({ ...clientFacts(source, sessions.trustedHops), ...options.facts })
    this.#touch = options.touch !== false && sessions.autoTouch && !isPrefetch(source.headers)
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
    const handle = this.#start()
    const session = handle.then((opened) => guardSession(opened, () => (this.#hasEnded ? tooLate() : undefined)))
    // A session that was asked for and not awaited must not end the process when it cannot be opened.
    session.catch(() => {})
    return { handle, session }
  }

  async #start(): Promise<Session<D>> {
    return this.#sessions.start({ jar: this.#jar, facts: this.#facts() }, { touch: false })
  }

  /**
   * Ends the request with this response: settles the session and returns the response with its cookies, or the error
   * response (409, 410, 413, 503) that replaces it. Nothing happens to a response whose request never opened one.
   * `status` tells how the request ended where the status of the response does not.
   */
  async respond(response: Response, status: number = response.status): Promise<Response> {
    try {
      await this.settle(status)
    } catch (error) {
      if (!isAnswerable(error)) throw error
      return errorResponse(error)
    }
    return this.#withCookies(response)
  }

  /**
   * Settles the session and returns the Set-Cookie lines, for the cases where there is no Response to write to.
   * `touch: false` where the way the request ended makes it no use of the session.
   */
  async settle(status: number, { touch = true }: Pick<ScopeOptions, 'touch'> = {}): Promise<readonly string[]> {
    this.#hasEnded = true
    try {
      const handle = await this.#opened?.handle.catch(() => undefined)
      if (handle) await this.#sessions.settle(handle, { status, touch: touch && this.#touch })
      return this.#jar.lines
    } finally {
      this.#jar.seal()
    }
  }

  #withCookies(response: Response): Response {
    if (this.#jar.lines.length === 0) return response
    try {
      writeSessionHeaders(response.headers, this.#jar.lines)
      return response
    } catch {
      // Response.redirect() and fetched responses have immutable headers.
      const copy = new Response(response.body, response)
      writeSessionHeaders(copy.headers, this.#jar.lines)
      return copy
    }
  }
}

const tooLate = (): SessionClosedError =>
  new SessionClosedError('The response was already made: change the session before you return or stream it.')

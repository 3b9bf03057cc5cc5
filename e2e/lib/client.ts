import { type RawRequest, send } from './raw-http.ts'
import { isDeletion, parseSetCookie, type SetCookie } from './set-cookie.ts'

/** The default name of a session cookie in production. */
export const SESSION_COOKIE = '__Host-session'

/** The body of `GET /api/session`. */
export interface SessionBody {
  readonly present: boolean
  readonly id: string | null
  readonly refusal: string | null
  readonly subject: string | null
  readonly remembered: boolean
  readonly data: Readonly<Record<string, unknown>>
  readonly expires: Readonly<Record<'idle' | 'rolling' | 'absolute', number | null>>
}

export class Answer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  constructor({ status, headers, body }: Pick<Answer, 'status' | 'headers' | 'body'>) {
    this.status = status
    this.headers = headers
    this.body = body
  }

  /** All values of a header, joined as RFC 9110 joins them. */
  header(name: string): string | undefined {
    const values = this.headers.filter(([field]) => field === name).map(([, value]) => value)
    return values.length > 0 ? values.join(', ') : undefined
  }

  get setCookies(): readonly SetCookie[] {
    return this.headers.filter(([field]) => field === 'set-cookie').map(([, value]) => parseSetCookie(value))
  }

  json<T = Record<string, unknown>>(): T {
    return JSON.parse(this.body)
  }

  /** The `code` of an error answer. */
  get code(): string | undefined {
    return this.json<{ error?: { code?: string } }>().error?.code
  }
}

/** One visitor without a browser: keeps its cookies, and shows every header exactly. */
export class Client {
  readonly cookies: Map<string, string>
  readonly #origin: string
  readonly #userAgent: string

  constructor(origin: string, cookies = new Map<string, string>(), userAgent = 'e2e') {
    this.#origin = origin
    this.cookies = cookies
    this.#userAgent = userAgent
  }

  /** Another visitor with the cookies of this one as they are now: what a stolen copy can do. */
  copy(userAgent: string = this.#userAgent): Client {
    return new Client(this.#origin, new Map(this.cookies), userAgent)
  }

  /** The same visitor at another app: cookies belong to the host, whatever the port. */
  at(origin: string): Client {
    return new Client(origin, this.cookies, this.#userAgent)
  }

  get(path: string, headers: RawRequest['headers'] = []): Promise<Answer> {
    return this.#send({ path, headers })
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.#send({
      method: 'POST',
      path,
      headers: [['Content-Type', 'application/json']],
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** From one of the app's own pages, as browsers say with every DELETE. */
  delete(path: string): Promise<Answer> {
    return this.#send({ method: 'DELETE', path, headers: [['Origin', this.#origin]] })
  }

  async session(): Promise<SessionBody> {
    return (await this.get('/api/session')).json<SessionBody>()
  }

  get cookieHeader(): string {
    return Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  async #send(request: RawRequest): Promise<Answer> {
    const cookie: RawRequest['headers'] = this.cookies.size > 0 ? [['Cookie', this.cookieHeader]] : []
    const headers = [['User-Agent', this.#userAgent] as const, ...cookie, ...(request.headers ?? [])]
    const answer = new Answer(await send(this.#origin, { ...request, headers }))
    for (const set of answer.setCookies) {
      if (isDeletion(set)) this.cookies.delete(set.name)
      else this.cookies.set(set.name, set.value)
    }
    return answer
  }
}

/** One request of nobody in particular, with this Cookie header if any. */
export async function get(origin: string, path: string, cookieHeader?: string): Promise<Answer> {
  return new Answer(await send(origin, { path, headers: cookieHeader === undefined ? [] : [['Cookie', cookieHeader]] }))
}

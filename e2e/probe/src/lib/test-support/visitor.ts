import { createSessions, type ReadonlySession, type SessionOptions, type Sessions } from '@sojourn/core'
import { HeaderJar, RequestScope } from '@sojourn/core/binding'
import { probe } from '../probe.ts'
import type { ProbeData } from '../probe-data.ts'

const SECRET = 'a secret of the tests of the probe, long enough'
export const START: number = Date.UTC(2030, 0, 1)

/** An app around the probe with the life of a request that bindings give it, and one visitor of it. */
export class Visitor {
  readonly sessions: Sessions<ProbeData>
  /** Those of the browser in use: with other ones, the visitor is on another device. */
  cookies: Map<string, string> = new Map()
  now: number = START

  constructor(options: Partial<SessionOptions<ProbeData>> = {}) {
    this.sessions = createSessions<ProbeData>({ secret: SECRET, name: 'session', now: () => this.now, ...options })
  }

  /** What a page of the app would read. */
  open(): Promise<ReadonlySession<ProbeData>> {
    return this.sessions.read({ jar: new HeaderJar(this.cookieHeader) })
  }

  get cookieHeader(): string {
    return Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const request = new Request(`https://example.test${path}`, {
      method,
      headers: { cookie: this.cookieHeader, host: 'example.test', 'user-agent': 'test' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const scope = new RequestScope(this.sessions, { headers: request.headers, scheme: 'https' })
    const response = await scope.respond(
      await probe(request, { sessions: this.sessions, getSession: () => scope.session() }),
    )
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  get(path: string): Promise<Response> {
    return this.send('GET', path)
  }

  post(path: string, body: unknown = {}): Promise<Response> {
    return this.send('POST', path, body)
  }

  async session(): Promise<Body> {
    return bodyOf(await this.get('/api/session'))
  }
}

/** The JSON of any answer of the probe. */
export interface Body {
  readonly id?: string | null
  readonly data?: Readonly<Record<string, unknown>>
  readonly sessions?: readonly Readonly<Record<string, unknown>>[]
  readonly ended?: number
  readonly error?: { readonly code: string; readonly message: string }
}

export function bodyOf(response: Response): Promise<Body> {
  return response.json() as Promise<Body>
}

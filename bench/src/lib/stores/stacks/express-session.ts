import type { IncomingHttpHeaders } from 'node:http'
import expressSession, { type Session, type Store } from 'express-session'
import { cookieHeader } from '../../cookies.ts'
import { secret } from '../../secret.ts'
import type { SessionData } from '../../session-data.ts'
import type { Stack } from '../stack.ts'

interface Request {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly connection: { readonly encrypted: boolean }
  readonly session: Session & { sojourn?: SessionData }
}

/** As little of a response as the middleware needs: it hooks into `writeHead` and `end`. */
class Response {
  readonly setCookie: string[] = []
  readonly ended: Promise<void>
  #onEnd = (): void => {}
  statusCode = 200
  _header = false

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve
    })
  }

  getHeader(): undefined {}

  setHeader(_name: string, lines: string | string[]): void {
    this.setCookie.push(...[lines].flat())
  }

  writeHead(): void {
    this._header = true
  }

  _implicitHeader(): void {
    this.writeHead()
  }

  write(): void {}

  end(): void {
    this.#onEnd()
  }
}

type Middleware = (request: Request, response: Response, next: (error?: unknown) => void) => void

/** express-session as an app has it, without Express and without a connection around it. */
export function expressSessionOn(name: string, store: Store, close: () => Promise<void>): Stack {
  const middleware = expressSession({
    secret,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { secure: true, sameSite: 'lax', maxAge: 3_600_000 },
  }) as unknown as Middleware
  const headers: string[] = []

  async function handle(cookie: string, handler: (request: Request) => void): Promise<Response> {
    const request = { url: '/', headers: { cookie }, connection: { encrypted: true } } as Request
    const response = new Response()
    await new Promise<void>((resolve, reject) => {
      middleware(request, response, (error) => (error ? reject(error) : resolve()))
    })
    handler(request)
    response.end()
    await response.ended
    return response
  }

  return {
    name,
    async create(session, data) {
      const { setCookie } = await handle('', (request) => {
        request.session.sojourn = data
      })
      headers[session] = cookieHeader(setCookie)
    },
    visit: (session) =>
      handle(headers[session] ?? '', ({ session: { sojourn } }) => {
        if (sojourn) sojourn.visits++
      }),
    async look(session) {
      let visits: number | undefined
      await handle(headers[session] ?? '', ({ session: { sojourn } }) => {
        visits = sojourn?.visits
      })
      return visits
    },
    anonymous: () => handle(cookieHeader([]), () => {}),
    close,
  }
}

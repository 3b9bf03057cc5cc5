/** A browser in memory: keeps the cookies of the responses it gets and sends them along. */
export class Visitor {
  readonly cookies: Map<string, string> = new Map()
  readonly #origin: string
  readonly #send: (request: Request) => Promise<Response>

  constructor(send: (request: Request) => Promise<Response> = fetch, origin = 'https://app.test') {
    this.#send = send
    this.#origin = origin
  }

  get cookieHeader(): string {
    return Array.from(this.cookies, (pair) => pair.join('=')).join('; ')
  }

  /** A request to the app as this browser makes it. */
  request(path: string, init: RequestInit = {}): Request {
    const headers = new Headers(init.headers)
    headers.set('host', new URL(this.#origin).host)
    if (this.cookies.size > 0) headers.set('cookie', this.cookieHeader)
    return new Request(new URL(path, this.#origin), { ...init, headers })
  }

  async visit(path: string, init?: RequestInit): Promise<Response> {
    const response = await this.#send(this.request(path, init))
    for (const line of response.headers.getSetCookie()) this.receive(line)
    return response
  }

  /** Takes a Set-Cookie value as a browser does: an empty one is ignored, an expired one deletes. */
  receive(line: string): void {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
    if (name === undefined || value === undefined) return
    if (/; (Max-Age=0|Expires=Thu, 01 Jan 1970)/.test(line)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

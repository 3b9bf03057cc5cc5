import { HeaderJar, type ReadonlySession, type Session, type Sessions } from '@sojourn/core'

export const NAME = 'app-session'

/** The cookies of one browser that visits apps with sojourn and apps with iron-session. */
export class Browser {
  readonly cookies: Map<string, string> = new Map<string, string>()

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** A request to an app with sojourn that only reads. */
  async read<D extends object>(sessions: Sessions<D>): Promise<Pick<ReadonlySession<D>, 'data' | 'refusal'>> {
    const { data, refusal } = await sessions.read({ jar: new HeaderJar(this.header) })
    return { data, refusal }
  }

  /** What the session's cookies say, put together. */
  get seal(): string {
    return [...this.cookies.values()].join('')
  }

  receive(setCookieLines: readonly string[]): void {
    for (const line of setCookieLines) {
      const [pair = '', ...attributes] = line.split('; ')
      const name = pair.slice(0, pair.indexOf('='))
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, pair.slice(pair.indexOf('=') + 1))
    }
  }

  /** One request to an app with sojourn; what it sets arrives. */
  async visit<D extends object, T>(
    sessions: Sessions<D>,
    handler: (session: Session<D>) => T | Promise<T>,
  ): Promise<T> {
    const jar = new HeaderJar(this.header)
    const session = await sessions.start({ jar })
    const result = await handler(session)
    await sessions.settle(session)
    this.receive(jar.lines)
    return result
  }
}

import { HeaderJar } from '../cookies/jar.ts'

/** The cookies of one browser on one host, and the jars of the requests it sends. */
export class Browser {
  readonly cookies: Map<string, string> = new Map<string, string>()

  /** A request with the cookies of this moment. */
  request(): HeaderJar {
    return new HeaderJar([...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
  }

  /** The response to a request arrives: its Set-Cookie lines take effect. */
  receive(jar: HeaderJar): void {
    for (const line of jar.lines) {
      const [pair = '', ...attributes] = line.split('; ')
      const name = pair.slice(0, pair.indexOf('='))
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, pair.slice(pair.indexOf('=') + 1))
    }
  }
}

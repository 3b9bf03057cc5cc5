import type { CookieAttributes, Jar, ReadJar } from '../contracts/request.ts'
import { SessionClosedError } from '../errors.ts'
import { type CookiePair, parseCookieHeader } from './header.ts'
import { setCookieLine } from './set-cookie.ts'

/** Whether the framework allows cookies to be set on this response at all. */
export const isWritable = (jar: ReadJar | Jar): jar is Jar => 'set' in jar

/** A jar on a raw Cookie header that collects its own Set-Cookie lines: at most one for each name. */
export class HeaderJar implements Jar {
  readonly #header: string
  readonly #set = new Map<string, { readonly value: string; readonly line: string }>()
  #pairs: CookiePair[] | undefined
  #sealed = false

  constructor(cookieHeader: string | null | undefined) {
    this.#header = cookieHeader ?? ''
  }

  get(name: string): readonly string[] {
    const written = this.#set.get(name)
    if (written) return [written.value]
    this.#pairs ??= parseCookieHeader(this.#header)
    const values: string[] = []
    for (const pair of this.#pairs) if (pair.name === name) values.push(pair.value)
    return values
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    this.assertSettable()
    this.#set.set(name, { value, line: setCookieLine(name, value, attributes) })
  }

  assertSettable(): void {
    if (this.#sealed)
      throw new SessionClosedError('The response was already made: save the session before you return or stream it.')
  }

  /** From now on `set` throws: the response has left. */
  seal(): void {
    this.#sealed = true
  }

  /** The Set-Cookie lines so far, in the order they were first set. */
  get lines(): readonly string[] {
    return [...this.#set.values()].map(({ line }) => line)
  }
}

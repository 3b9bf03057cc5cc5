import type { CookieAttributes, Jar } from '@sojourn/core'

/** A cookie that the response sets. */
export interface SetCookie {
  readonly name: string
  readonly value: string
  readonly attributes: CookieAttributes
}

/** The cookies of one request and its response, and the step to the next request of the same browser. */
export interface TestCookieJar extends Jar {
  /** What this response sets, at most one for each name, in the order of the first `set`. */
  readonly setCookies: readonly SetCookie[]
  /** The Cookie header of the next request: what the request brought, changed by what the response sets. */
  header(): string
  /** The jar of the next request. */
  next(): TestCookieJar
}

/**
 * A browser in memory, for unit tests on one host and path over https: it keeps what it is given, and drops a cookie
 * at `Max-Age=0`. Time does not pass in it; other attributes are recorded and not acted upon.
 */
export function testCookieJar(cookieHeader: string = ''): TestCookieJar {
  const brought = parsePairs(cookieHeader)
  const written = new Map<string, SetCookie>()

  const header = (): string => {
    const kept = brought.filter(([name]) => !written.has(name))
    const added = [...written.values()].filter(
      ({ attributes }) => attributes.maxAge === undefined || attributes.maxAge > 0,
    )
    return [...kept, ...added.map(({ name, value }) => [name, value])].map((pair) => pair.join('=')).join('; ')
  }

  return {
    get(name: string): readonly string[] {
      const own = written.get(name)
      return own ? [own.value] : brought.filter((pair) => pair[0] === name).map(([, value]) => value)
    },
    set(name: string, value: string, attributes: CookieAttributes): void {
      written.set(name, { name, value, attributes })
    },
    get setCookies(): readonly SetCookie[] {
      return [...written.values()]
    },
    header,
    next: () => testCookieJar(header()),
  }
}

function parsePairs(cookieHeader: string): (readonly [name: string, value: string])[] {
  return cookieHeader
    .split(';')
    .map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((part) => part.indexOf('=') > 0)
    .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)])
}

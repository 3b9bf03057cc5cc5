import { SessionReadOnlyError } from '@sojourn/core'
import { type CookieAttributes, HeaderJar, type Jar, type ReadJar } from '@sojourn/core/binding'

/** The part of what `await cookies()` gives that sessions use. */
export interface CookieStore {
  get(name: string): { readonly value?: string } | undefined
  set(name: string, value: string, attributes: CookieAttributes): unknown
}

/**
 * One request's cookies where Next allows no writing. Values come from the raw header, because `cookies()` decodes
 * them and keeps only the last of two; but one that was set in this very request (by the proxy, by an action before
 * its page renders) is only in `cookies()`, and that one counts.
 */
export class ReadonlyNextJar implements ReadJar {
  protected readonly store: CookieStore
  readonly #received: HeaderJar

  constructor(store: CookieStore, cookieHeader: string | null) {
    this.store = store
    this.#received = new HeaderJar(cookieHeader)
  }

  get(name: string): readonly string[] {
    const received = this.#received.get(name)
    const cookie = this.store.get(name)
    if (!cookie) return received
    const value = cookie.value ?? ''
    const isNewer = !received.some((sent) => sent === value || decoded(sent) === value)
    return isNewer ? [value] : received
  }
}

/** The same in a Route Handler or Server Action. Next itself keeps one Set-Cookie for each name. */
export class NextJar extends ReadonlyNextJar implements Jar {
  #hasSet = false

  /** Whether the response sets a session cookie. */
  get hasSet(): boolean {
    return this.#hasSet
  }

  assertSettable(): void {
    if (!allowsSetting(this.store))
      throw new SessionReadOnlyError('The response was already made: save the session before you return.')
  }

  set(name: string, value: string, attributes: CookieAttributes): void {
    this.assertSettable()
    this.store.set(name, value, attributes)
    this.#hasSet = true
  }
}

/**
 * Next says only by throwing whether cookies can be set now. A call without arguments throws either way and sets
 * nothing: the refusal where it is forbidden, a TypeError where it is allowed.
 */
export function allowsSetting(store: CookieStore): boolean {
  const { stackTraceLimit } = Error
  // Every request asks, and a stack that nobody reads is most of the cost.
  Error.stackTraceLimit = 0
  try {
    Reflect.apply(store.set, store, [])
    return true
  } catch (error) {
    return !isRefusal(error)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The class of this error is not public, and its name is lost in a build. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Cookies can only be modified')

/** As Next decodes it; what it cannot decode, it does not show. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

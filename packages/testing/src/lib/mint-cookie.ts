import type { ClientFacts, CookieAttributes, Sessions } from '@sojourn/core'
import { type SetCookie, testCookieJar } from './cookie-jar.ts'

/** The session that the minted cookie stands for. */
export interface MintOptions<D extends object> {
  /** Where the app runs: its host becomes the cookie's domain, its scheme decides whether Secure cookies are fit. */
  readonly url: string
  readonly data?: Partial<D>
  /** Who is signed in. Default nobody. */
  readonly subject?: string
  /** "Remember me"; needs a `subject`. */
  readonly remember?: boolean
  /** Client facts besides scheme and host, where the app binds sessions to them. */
  readonly facts?: ClientFacts
}

/** A cookie as Playwright's `context.addCookies` takes it. */
export interface MintedCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly path: string
  /** Epoch seconds; absent for a cookie that ends with the browser. */
  readonly expires?: number
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite: 'Strict' | 'Lax' | 'None'
}

/**
 * Makes the cookies of a session without visiting the app, so that an end-to-end test starts signed in:
 * `await context.addCookies(await mintCookie(sessions, { url, subject: 'alice' }))`.
 *
 * `sessions` must be configured like the app's: same secret, name, audience and store. Partitioned cookies are minted
 * without their partition, which Playwright wants to be told separately.
 */
export async function mintCookie<D extends object>(
  sessions: Pick<Sessions<D>, 'open'>,
  { url, data, subject, remember, facts }: MintOptions<D>,
): Promise<MintedCookie[]> {
  const { protocol, host, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`mintCookie: ${url} is not an http or https URL.`)
  if (remember && subject === undefined) throw new Error('mintCookie: remember needs a subject to be remembered.')

  const jar = testCookieJar()
  const scheme = protocol === 'https:' ? 'https' : 'http'
  await using session = await sessions.open({ jar, facts: { ...facts, scheme, host } })
  Object.assign(session.data, data)
  if (subject === undefined) await session.save()
  else await session.signIn(subject, { remember: remember ?? false })

  if (jar.setCookies.length === 0)
    throw new Error(`mintCookie: no cookie was set for ${url}. Give data or a subject; Secure cookies need https.`)
  return jar.setCookies.map((cookie) => forPlaywright(cookie, hostname))
}

function forPlaywright({ name, value, attributes }: SetCookie, hostname: string): MintedCookie {
  const { domain, path, maxAge, httpOnly, secure, sameSite } = attributes
  return {
    name,
    value,
    domain: domain ? `.${domain}` : hostname,
    path: path ?? '/',
    ...(maxAge === undefined ? {} : { expires: Math.floor(Date.now() / 1000) + maxAge }),
    httpOnly: httpOnly ?? false,
    secure: secure ?? false,
    sameSite: sameSiteNames[sameSite ?? 'lax'],
  }
}

const sameSiteNames: Record<NonNullable<CookieAttributes['sameSite']>, MintedCookie['sameSite']> = {
  strict: 'Strict',
  lax: 'Lax',
  none: 'None',
}

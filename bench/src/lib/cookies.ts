/** What comes before the session's cookies in every request: two cookies of other people. */
const FOREIGN = '_ga=GA1.1.1468217395.1700000000; theme=dark'

/** The Cookie header of a browser that was given these Set-Cookie lines. */
export function cookieHeader(setCookieLines: readonly string[]): string {
  return [FOREIGN, ...setCookieLines.map((line) => line.slice(0, line.indexOf(';')))].join('; ')
}

/** The least that finds a cookie: for the floor, and for peers that leave cookies to their callers. */
export function cookieValue(header: string, name: string): string | undefined {
  const marker = `${name}=`
  const found = header.startsWith(marker) ? 0 : header.indexOf(`; ${marker}`)
  if (found < 0) return undefined
  const from = header.indexOf('=', found) + 1
  const to = header.indexOf(';', from)
  return to < 0 ? header.slice(from) : header.slice(from, to)
}

export const setCookieLine = (name: string, value: string): string =>
  `${name}=${value}; Path=/; HttpOnly; Secure; SameSite=Lax`

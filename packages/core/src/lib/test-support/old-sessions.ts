import { cookieReader, type FoundSession } from '../adoption/cookie-reader.ts'
import type { SessionReader } from '../contracts/persistence.ts'
import type { Browser } from './browser.ts'

/** The value of an old cookie: made by nobody but these tests, and good as long as it says so. */
export const oldValue = (session: FoundSession): string => `old-${encodeURIComponent(JSON.stringify(session))}`

/** An old format that only tests have. `asked` counts what it was asked. */
export function oldFormat(name = 'old'): SessionReader & { readonly asked: () => number } {
  let asked = 0
  const reader = cookieReader({
    name,
    resembles: (value) => {
      asked++
      return value.startsWith(`${name}-`)
    },
    read: (value) => {
      asked++
      const text = decodeURIComponent(value.slice(name.length + 1))
      return text.startsWith('{') ? (JSON.parse(text) as FoundSession) : 'tampered'
    },
  })
  return { ...reader, asked: () => asked }
}

/** The lines that a response sets, by the names of their cookies. */
export const linesOf = (jar: { readonly lines: readonly string[] }): Record<string, string> =>
  Object.fromEntries(jar.lines.map((line) => [line.slice(0, line.indexOf('=')), line]))

/** A browser that has this cookie. */
export function carrying(browser: Browser, cookies: Readonly<Record<string, string>>): Browser {
  for (const [name, value] of Object.entries(cookies)) browser.cookies.set(name, value)
  return browser
}

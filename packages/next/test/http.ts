import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Every Set-Cookie line, as sent. */
  readonly setCookie: readonly string[]
  readonly body: string
}

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cookie?: string
  readonly body?: string
}

/** Asks the fixture app, with headers exactly as given: `fetch` would refuse some of them. */
export function ask(path: string, { method = 'GET', headers = {}, cookie, body }: Question = {}): Promise<Answer> {
  const allHeaders = { ...headers, ...(cookie === undefined ? {} : { cookie }) }
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, inject('origin')), { method, headers: allHeaders }, async (response) => {
      const { statusCode: status = 0, headers } = response
      resolve({ status, headers, setCookie: headers['set-cookie'] ?? [], body: await text(response) })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** The JSON that a page of the fixture shows in its script element. */
export function shown(page: Answer): { readonly name?: unknown; readonly idle?: unknown; readonly isSame?: unknown } {
  const json = /<script type="application\/json">(.*?)<\/script>/.exec(page.body)?.[1]
  if (json === undefined) throw new Error(`The page shows no facts: ${page.body.slice(0, 500)}`)
  return JSON.parse(json.replaceAll('&quot;', '"'))
}

/** Sends a form of the fixture's page of Server Actions as a browser without JavaScript does. */
export async function form(id: string, fields: Readonly<Record<string, string>>, cookie = ''): Promise<Answer> {
  const page = await ask('/action', { cookie, headers: { 'sec-purpose': 'prefetch' } })
  const html = new RegExp(`<form[^>]* id="${id}"[^>]*>(.*?)</form>`, 's').exec(page.body)?.[1] ?? ''
  const data = new FormData()
  for (const [, name = ''] of html.matchAll(/<input type="hidden" name="([^"]+)"/g)) data.set(name, '')
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  const encoded = new Request('http://form.invalid', { method: 'POST', body: data })
  return ask('/action', {
    method: 'POST',
    cookie,
    headers: { origin: inject('origin'), 'content-type': encoded.headers.get('content-type') ?? '' },
    body: await encoded.text(),
  })
}

/** The `name=value` of those Set-Cookie lines that set something, as the browser sends them back. */
export const cookieHeader = (lines: readonly string[]): string =>
  lines
    .filter((line) => !line.includes('Max-Age=0'))
    .map((line) => line.split(';', 1)[0])
    .join('; ')

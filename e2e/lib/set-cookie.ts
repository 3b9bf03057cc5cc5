/** A Set-Cookie line, taken apart. Attribute names are lower case; flags have an empty value. */
export interface SetCookie {
  readonly name: string
  readonly value: string
  readonly attributes: Readonly<Record<string, string>>
}

export function parseSetCookie(line: string): SetCookie {
  const [pair = '', ...parts] = line.split(';').map((part) => part.trim())
  const equals = pair.indexOf('=')
  const attributes = parts.map((part) => {
    const [name = '', value = ''] = part.split('=')
    return [name.toLowerCase(), value] as const
  })
  return { name: pair.slice(0, equals), value: pair.slice(equals + 1), attributes: Object.fromEntries(attributes) }
}

/** Whether this line tells the browser to drop the cookie. */
export function isDeletion({ attributes }: SetCookie): boolean {
  if (attributes['max-age'] !== undefined) return Number(attributes['max-age']) <= 0
  return attributes['expires'] !== undefined && Date.parse(attributes['expires']) <= Date.now()
}

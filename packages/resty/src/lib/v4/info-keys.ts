/**
 * Without a server storage `session.info` lives among the data: an info key `x` as `@x`, and a key `@x` of the app's
 * own as `$@x`.
 */
export interface V4Parts {
  readonly data: Readonly<Record<string, unknown>>
  readonly info: Readonly<Record<string, unknown>>
}

type Entry = [key: string, value: unknown]

export function partV4Data(stored: Readonly<Record<string, unknown>>): V4Parts {
  const data: Entry[] = []
  const info: Entry[] = []
  for (const [key, value] of Object.entries(stored)) {
    if (key.startsWith('@')) info.push([key.slice(1), value])
    else data.push([key.startsWith('$@') ? key.slice(1) : key, value])
  }
  return { data: Object.fromEntries(data), info: Object.fromEntries(info) }
}

/** `undefined`: a key of the data begins with `$@`, which would come back without its `$`. */
export function joinV4Data({ data, info }: V4Parts): Record<string, unknown> | undefined {
  const own = Object.entries(data)
  if (own.some(([key]) => key.startsWith('$@'))) return undefined
  return Object.fromEntries([
    ...own.map(([key, value]): Entry => [key.startsWith('@') ? `$${key}` : key, value]),
    ...Object.entries(info).map(([key, value]): Entry => [`@${key}`, value]),
  ])
}

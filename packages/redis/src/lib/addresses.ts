/** A host and a port that were checked. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** `host`, `host:port`, `[IPv6]` and `[IPv6]:port`; `undefined` for what is none of them. */
export function parseAddress(text: string, defaultPort: number): Address | undefined {
  const [, inBrackets, plain, digits] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]/]+))(?::(\d+))?$/i.exec(text.trim()) ?? []
  const host = inBrackets ?? plain
  const port = digits === undefined ? defaultPort : Number(digits)
  return host !== undefined && isPort(port) ? { host, port } : undefined
}

export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535

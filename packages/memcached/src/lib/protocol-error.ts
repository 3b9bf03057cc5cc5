const LONGEST_SHOWN = 80

/** The server does not talk as memcached should. Nothing that comes after it on the same connection can be trusted. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'

  constructor(what: string, received: string) {
    super(`${what}: ${JSON.stringify(received.slice(0, LONGEST_SHOWN))}`)
  }
}

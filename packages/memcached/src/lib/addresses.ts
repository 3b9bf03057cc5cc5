import { connect as connectSocket, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

/** Where a server listens. */
export interface Address {
  /** As in messages. Decides which keys are the server's. */
  readonly label: string
  readonly to: { readonly host: string; readonly port: number } | { readonly path: string }
}

/** How to speak TLS, or `undefined` for plain text. */
export type Security = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'> | undefined

export const portAddress = (host: string, port: number): Address => ({
  label: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  to: { host, port },
})

/** @param path with or without the `unix:` of lua-resty-session */
export function socketAddress(path: string): Address {
  const plain = path.replace(/^unix:(\/\/)?/, '')
  return { label: plain, to: { path: plain } }
}

/** Begins to connect; the socket says by the event `connected` when it is. */
export function openSocket({ to }: Address, security: Security): { socket: Socket; connected: string } {
  const options = { noDelay: true, keepAlive: true, ...to }
  return security
    ? { socket: connectTls({ ...options, ...security }), connected: 'secureConnect' }
    : { socket: connectSocket(options), connected: 'connect' }
}

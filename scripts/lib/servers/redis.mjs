import { join } from 'node:path'
import { ask } from './ask.mjs'
import { createCertificates } from './certificates.mjs'
import { freePort } from './free-ports.mjs'
import { temporaryFolder } from './own-process.mjs'
import { startServer } from './server.mjs'

/** @typedef {import('./server.mjs').Control} Control */

/** Nothing outside this machine can reach it, and nothing is kept on disk: what restarts is empty. */
const loopbackOnly = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no']

/**
 * A Redis server on a port.
 * @param {{ args?: string[], port?: number }} [options] `args` as in `['--maxmemory', '4mb']`
 * @returns {Promise<Control & { port: number }>}
 */
export async function startRedis({ args = [], port: wanted } = {}) {
  const port = wanted ?? (await freePort())
  const server = await startServer({
    name: `Redis on port ${port}`,
    command: 'redis-server',
    args: [...loopbackOnly, '--port', String(port), ...args],
    folder: temporaryFolder(),
    isReady: async () => (await ask({ port }, 'PING')).startsWith('+PONG'),
  })
  return Object.assign(server, { port })
}

/**
 * A Redis server that is reached by TLS or its socket only, and asks for a user and password.
 * @returns {Promise<Control & import('./addresses.mjs').Addresses['redisSecure']>}
 */
export async function startSecureRedis() {
  const tlsPort = await freePort()
  const folder = temporaryFolder()
  const certificates = await createCertificates(folder)
  const socket = join(folder, 'redis.sock')
  const access = { user: 'app', password: 'app-password', defaultPassword: 'default-password' }
  const server = await startServer({
    name: `Redis with TLS on port ${tlsPort}`,
    command: 'redis-server',
    args: [
      ...loopbackOnly,
      ...['--port', '0', '--tls-port', String(tlsPort), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', certificates.certFile, '--tls-key-file', certificates.keyFile],
      ...['--tls-ca-cert-file', certificates.caFile],
      ...['--unixsocket', socket, '--unixsocketperm', '700'],
      ...['--requirepass', access.defaultPassword],
      ...['--user', access.user, 'on', `>${access.password}`, '~*', '&*', '+@all'],
    ],
    folder,
    isReady: async () => (await ask({ path: socket }, 'PING')).startsWith('-NOAUTH'),
  })
  return Object.assign(server, { tlsPort, socket, ...access, ...certificates })
}

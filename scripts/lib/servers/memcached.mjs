import { join } from 'node:path'
import { connect } from 'node:tls'
import { ask } from './ask.mjs'
import { createCertificates } from './certificates.mjs'
import { freePort } from './free-ports.mjs'
import { temporaryFolder } from './own-process.mjs'
import { startServer } from './server.mjs'

/** @typedef {import('./server.mjs').Control} Control */

/** It refuses to run as root unless told so. */
const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : []

const onPort = (/** @type {number} */ port) => [...asRoot, '-l', '127.0.0.1', '-p', String(port), '-U', '0']

const isMemcached = (/** @type {string} */ answer) => answer.startsWith('VERSION')

/**
 * A memcached server on a port.
 * @param {{ args?: string[], port?: number }} [options] `args` as in `['-m', '64']`
 * @returns {Promise<Control & { port: number }>}
 */
export async function startMemcached({ args = [], port: wanted } = {}) {
  const port = wanted ?? (await freePort())
  const server = await startServer({
    name: `memcached on port ${port}`,
    command: 'memcached',
    args: [...onPort(port), ...args],
    folder: temporaryFolder(),
    isReady: async () => isMemcached(await ask({ port }, 'version')),
  })
  return Object.assign(server, { port })
}

/** @returns {Promise<Control & { path: string }>} */
export async function startMemcachedOnSocket() {
  const folder = temporaryFolder()
  const path = join(folder, 'memcached.sock')
  const server = await startServer({
    name: `memcached on ${path}`,
    command: 'memcached',
    args: [...asRoot, '-s', path, '-a', '0700'],
    folder,
    isReady: async () => isMemcached(await ask({ path }, 'version')),
  })
  return Object.assign(server, { path })
}

/** @returns {Promise<Control & import('./addresses.mjs').Addresses['memcachedTls']>} */
export async function startMemcachedWithTls() {
  const port = await freePort()
  const folder = temporaryFolder()
  const { caFile, certFile, keyFile, serverName } = await createCertificates(folder)
  const server = await startServer({
    name: `memcached with TLS on port ${port}`,
    command: 'memcached',
    args: [...onPort(port), '-Z', '-o', `ssl_chain_cert=${certFile},ssl_key=${keyFile}`],
    folder,
    isReady: () => acceptsTls(port),
  })
  return Object.assign(server, { port, caFile, serverName })
}

/** Whether a handshake comes to its end; whose certificate it is does not matter here. @param {number} port */
const acceptsTls = (port) =>
  new Promise((/** @type {(accepts: boolean) => void} */ resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const DAYS = '30'

/** The name in the certificate. Nobody else's, and not the address: a client has to be told which name to expect. */
const SERVER_NAME = 'servers.sojourn.test'

/**
 * An authority of our own and a server certificate that it has signed, as files in a folder.
 * @param {string} folder
 */
export async function createCertificates(folder) {
  const path = (/** @type {string} */ name) => join(folder, name)
  const openssl = (/** @type {string[]} */ ...args) => run('openssl', args, { cwd: folder })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

  writeFileSync(path('names.cnf'), `subjectAltName=DNS:${SERVER_NAME},DNS:localhost\nextendedKeyUsage=serverAuth\n`)
  const authority = ['-keyout', 'ca.key', '-out', 'ca.crt', '-days', DAYS, '-subj', '/CN=sojourn test authority']
  await openssl('req', '-x509', ...newKey, ...authority)
  await openssl('req', '-new', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${SERVER_NAME}`)
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', DAYS, '-extfile', 'names.cnf']
  await openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signing)

  return { caFile: path('ca.crt'), certFile: path('server.crt'), keyFile: path('server.key'), serverName: SERVER_NAME }
}

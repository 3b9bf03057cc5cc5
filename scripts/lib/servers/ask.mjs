import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'

const PATIENCE_MS = 2_000
const HOST = '127.0.0.1'

const run = promisify(execFile)

/**
 * Sends a line to a server that talks in lines, and gives the beginning of its answer.
 * @param {{ port: number } | { path: string }} where @param {string} line
 */
export async function ask(where, line) {
  const socket = connect('port' in where ? { ...where, host: HOST } : where)
  try {
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')))
    socket.write(`${line}\r\n`)
    const [answer] = await once(socket, 'data')
    return String(answer)
  } finally {
    socket.destroy()
  }
}

/**
 * A command for a Redis server. Gives the answer as redis-cli prints it.
 * @param {number} port @param {(string | number)[]} command
 */
export async function redisCli(port, ...command) {
  const { stdout } = await run('redis-cli', ['-h', HOST, '-p', String(port), ...command.map(String)])
  return stdout.trim()
}

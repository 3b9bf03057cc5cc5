import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const STOPPED_WITHIN_MS = 5_000
const LOG = 'log'
const KEPT_CHARACTERS = 2_000

/** @type {import('node:stream').Writable | undefined} */
let guard

/** @param {{ keep?: number, forget?: number, folder?: string }} note */
function tellGuard(note) {
  if (!guard) {
    const path = fileURLToPath(new URL('guard.mjs', import.meta.url))
    // A session of its own keeps the terminal's Ctrl-C from it.
    const child = spawn(process.execPath, [path], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
    child.unref()
    guard = child.stdin
    if ('unref' in guard && typeof guard.unref === 'function') guard.unref()
  }
  guard.write(`${JSON.stringify(note)}\n`)
}

/** A folder that is gone when this process is. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'sojourn-server-'))
  tellGuard({ folder })
  return folder
}

/** @param {string} folder the working folder of a server */
export const lastWords = (folder) => readFileSync(join(folder, LOG), 'utf8').slice(-KEPT_CHARACTERS).trim()

/**
 * A child process that never outlives us, even when we are killed, and that does not keep us alive.
 * @typedef {object} OwnProcess
 * @property {number} pid
 * @property {() => boolean} isRunning
 * @property {(signal: NodeJS.Signals) => void} signal
 * @property {() => Promise<void>} kill at once, as a crash would
 * @property {() => Promise<void>} stop politely, by force after five seconds; also when it is frozen
 */

/**
 * @param {string} command @param {string[]} args
 * @param {string} folder where it runs; what it says goes to a file in there
 * @returns {Promise<OwnProcess>}
 */
export async function startProcess(command, args, folder) {
  const log = openSync(join(folder, LOG), 'a')
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const { pid } = child
  if (pid === undefined) return new Promise((_, reject) => child.once('error', reject))
  tellGuard({ keep: pid })
  child.unref()

  let running = true
  /** @type {Promise<void>} */
  const exit = new Promise((resolve) => {
    child.once('exit', () => {
      running = false
      tellGuard({ forget: pid })
      resolve()
    })
  })
  /** @param {NodeJS.Signals} signal */
  const signal = (signal) => {
    if (running) child.kill(signal)
  }
  /** The exit of a child that is not referenced would not keep us waiting for it. */
  const untilGone = () => {
    child.ref()
    return exit
  }
  const kill = () => {
    signal('SIGKILL')
    return untilGone()
  }
  const stop = async () => {
    signal('SIGTERM')
    signal('SIGCONT')
    const force = setTimeout(() => signal('SIGKILL'), STOPPED_WITHIN_MS)
    await untilGone()
    clearTimeout(force)
  }
  return { pid, isRunning: () => running, signal, kill, stop }
}

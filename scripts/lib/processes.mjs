import { spawn } from 'node:child_process'

/** For how long a process may tidy up when it is stopped. */
const PATIENCE_MS = 4_000

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {import('node:child_process').SpawnOptions} SpawnOptions */

/** @type {Map<ChildProcess, number>} how long each may take to stop */
const running = new Map()
let stopping = false

export const isStopping = () => stopping

/** Whether there was still a process in the group to signal. @param {ChildProcess} child @param {NodeJS.Signals | 0} signal */
function signalGroup({ pid }, signal) {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

/**
 * Ctrl-C first, as that is what tools know best; force when it was not enough.
 * @param {ChildProcess} child @param {number} patience
 */
async function stop(child, patience) {
  const deadline = performance.now() + patience
  signalGroup(child, 'SIGINT')
  while (signalGroup(child, 0)) {
    if (performance.now() > deadline) return signalGroup(child, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Starts a process as the leader of a group of its own: stopping it stops whatever it has started, and Ctrl-C reaches
 * it through us only, once.
 * @param {string} command @param {string[]} args @param {SpawnOptions} [options]
 * @param {number} [patience] milliseconds that it may take to stop
 */
export function start(command, args, options = {}, patience = PATIENCE_MS) {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options, detached: true })
  running.set(child, patience)
  child.once('close', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/**
 * The exit code; 127 when the command does not exist, 1 when a signal ended it. Never settles once everything is being
 * stopped: what would come next shall not begin.
 * @param {ChildProcess} child
 */
export const ended = (child) =>
  new Promise((/** @type {(code: number) => void} */ resolve) => {
    child.once('close', (code) => stopping || resolve(code ?? 1))
    child.once('error', () => resolve(127))
  })

/**
 * Runs a command to its end with its output on the screen. Gives the exit code.
 * @param {string} command @param {string[]} args @param {SpawnOptions} [options]
 */
export const run = (command, args, options) => ended(start(command, args, options))

/**
 * Runs a command to its end and keeps what it says, on both streams.
 * @param {string} command @param {string[]} args @param {SpawnOptions} [options]
 */
export async function capture(command, args, options = {}) {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  return { code: await ended(child), output }
}

/** Ends everything that is running, with whatever that has started. */
export async function stopAll() {
  stopping = true
  await Promise.all([...running].map(([child, patience]) => stop(child, patience)))
}

/**
 * Ctrl-C, a closed terminal and a polite kill end every process we have started, then us.
 * @param {(signal: NodeJS.Signals) => number} exitCode
 */
export function stopOnSignals(exitCode = (signal) => ({ SIGINT: 130, SIGHUP: 129 })[String(signal)] ?? 143) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, async () => {
      if (stopping) return
      await stopAll()
      process.exit(exitCode(signal))
    })
  }
}

import { lastWords, startProcess } from './own-process.mjs'
import { until } from './poll.mjs'

const READY_WITHIN_MS = 30_000

/**
 * A server of ours, and what can be done to it.
 * @typedef {object} Control
 * @property {number} pid of the process that runs now
 * @property {() => Promise<void>} kill SIGKILL, as a crash would; what it held in memory is gone
 * @property {() => void} freeze SIGSTOP: it still accepts connections, and answers nothing
 * @property {() => void} thaw SIGCONT
 * @property {() => Promise<void>} restart killed if it still runs, then started anew on the same address, empty
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} Description
 * @property {string} name for complaints
 * @property {string} command
 * @property {string[]} args
 * @property {string} folder where it runs
 * @property {() => boolean | Promise<boolean>} isReady
 * @property {number} [readyWithin] milliseconds
 */

/**
 * Starts a server and waits until it answers.
 * @param {Description} description
 * @returns {Promise<Control>}
 */
export async function startServer({ name, command, args, folder, isReady, readyWithin = READY_WITHIN_MS }) {
  const start = async () => {
    const own = await startProcess(command, args, folder)
    const complaint = () => `${name} did not start; it said:\n${lastWords(folder)}`
    await until(() => !own.isRunning() || isReady(), readyWithin, complaint)
    if (!own.isRunning()) throw new Error(complaint())
    return own
  }

  let own = await start()
  return {
    get pid() {
      return own.pid
    },
    kill: () => own.kill(),
    freeze: () => own.signal('SIGSTOP'),
    thaw: () => own.signal('SIGCONT'),
    restart: async () => {
      await own.kill()
      own = await start()
    },
    stop: () => own.stop(),
  }
}

/** @param {{ stop: () => Promise<void> }[]} servers */
export async function stopAll(servers) {
  await Promise.all(servers.map((server) => server.stop()))
}

import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter } from 'node:path'
import { ended, start } from './processes.mjs'
import { root, tools } from './workspace.mjs'

const HOST = '127.0.0.1'
const FIRST_PORT = 3001
/** How long an app may take to answer for the first time. */
const READY_WITHIN_MS = 60_000
/** A browser's open connection must not keep them from stopping. */
const STOPPED_WITHIN_MS = 1_000
const KEPT_LINES = 40

const titles = /** @type {const} */ ([
  ['next', 'Next.js'],
  ['sveltekit', 'SvelteKit'],
  ['remix', 'Remix'],
  ['react-router', 'React Router'],
])

/** @typedef {{ name: string, title: string, port: number, address: string }} App */

/** @returns {App[]} */
export function exampleApps() {
  const first = Number(process.env.PORT_BASE ?? FIRST_PORT)
  if (!Number.isInteger(first) || first < 1 || first > 65_535 - titles.length) {
    throw new Error(`PORT_BASE=${process.env.PORT_BASE} is not a port; try PORT_BASE=4001`)
  }
  return titles.map(([name, title], i) => {
    const port = first + i
    return { name, title, port, address: `http://localhost:${port}` }
  })
}

/** @param {{ port: number }} where */
export const isPortFree = ({ port }) =>
  new Promise((/** @type {(free: boolean) => void} */ resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, HOST, () => server.close(() => resolve(true)))
  })

/** A value for PORT_BASE: the first of as many neighbouring free ports as there are apps. */
export async function freePortBase() {
  for (let base = 21_001; base < 22_000; base += titles.length) {
    const ports = titles.map((_, i) => ({ port: base + i }))
    if ((await Promise.all(ports.map(isPortFree))).every(Boolean)) return base
  }
  throw new Error('There are no free ports.')
}

/**
 * An app as a process, and the last of what it has said.
 * @typedef {{ app: App, lastLines: string[], exit: Promise<number>, follow: (line: (text: string) => void) => void }} Running
 */

/**
 * Starts the production server of an app, by its own `start` script. What it says is kept until someone follows it.
 * @param {App} app @param {Record<string, string>} extra
 * @returns {Running}
 */
export function serve(app, extra) {
  const cwd = `${root}/examples/${app.name}`
  const { scripts } = JSON.parse(readFileSync(`${cwd}/package.json`, 'utf8'))
  const env = {
    ...process.env,
    PATH: [`${cwd}/node_modules/.bin`, tools, process.env.PATH].join(delimiter),
    NODE_ENV: 'production',
    HOST,
    PORT: String(app.port),
    SOJOURN_PROBE: '1',
    ...extra,
  }
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { cwd, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] }
  const child = start(scripts.start, [], options, STOPPED_WITHIN_MS)
  /** @type {string[]} */
  const lastLines = []
  /** @type {((text: string) => void) | undefined} */
  let follower
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      for (const line of text.split('\n').filter((part) => part.trim())) {
        lastLines.push(line)
        if (lastLines.length > KEPT_LINES) lastLines.shift()
        follower?.(line)
      }
    })
  }
  /** @param {(text: string) => void} line */
  const follow = (line) => {
    follower = line
  }
  return { app, lastLines, exit: ended(child), follow }
}

/** Waits until the app gives its start page. @param {Running} running */
export async function untilReady({ app, lastLines }) {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS)
  let last = 'nothing'
  while (!deadline.aborted) {
    try {
      const response = await fetch(`http://${HOST}:${app.port}/`, { signal: deadline })
      if (response.ok) return
      last = `status ${response.status}`
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(
    `${app.title} did not answer with its start page within ${READY_WITHIN_MS / 1000} s; it gave ${last}, and said:\n${lastLines.join('\n')}`,
  )
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../../scripts/lib/servers/free-ports.mjs'
import { temporaryFolder } from '../../../../scripts/lib/servers/own-process.mjs'
import { startServer } from '../../../../scripts/lib/servers/server.mjs'
import { send } from './send.ts'

/** What a process tells of itself. */
export interface ProcessReport {
  readonly pid: number
  /** Resident memory, in bytes. */
  readonly memory: number
  readonly faults: readonly string[]
  /** Requests that have read a session and are about to write it. */
  readonly inside: number
  readonly events: Readonly<Record<string, number>>
}

/** One process of the app. */
export interface App {
  readonly port: number
  readonly pid: number
  report(): Promise<ProcessReport>
  /** All that the process has written to its output. */
  log(): string
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  restart(): Promise<void>
  stop(): Promise<void>
}

export type Environment = Readonly<Record<string, string>>

const entry = fileURLToPath(new URL('../app/app.ts', import.meta.url))

/** The same for all processes of a test run. */
const common: Environment = {
  NODE_ENV: 'production',
  SESSION_SECRET: `base64:${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`,
}

/** Starts one process of the app with this environment. */
export async function startApp(environment: Environment): Promise<App> {
  const port = await freePort()
  const folder = temporaryFolder()
  const variables = Object.entries({ ...common, ...environment, PORT: String(port) })
  const server = await startServer({
    name: `the app on port ${port}`,
    command: 'env',
    args: [...variables.map(([name, value]) => `${name}=${value}`), process.execPath, entry],
    folder,
    isReady: async () => (await send(port, 'GET', '/idle')).status === 200,
  })
  return {
    port,
    get pid() {
      return server.pid
    },
    report: async () => (await send(port, 'GET', '/process')).body as unknown as ProcessReport,
    log: () => readFileSync(join(folder, 'log'), 'utf8'),
    kill: server.kill,
    freeze: server.freeze,
    thaw: server.thaw,
    restart: server.restart,
    stop: server.stop,
  }
}

/** Starts two processes of the app that share a store. */
export async function startApps(environment: Environment): Promise<readonly [App, App]> {
  return await Promise.all([startApp(environment), startApp(environment)])
}

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { secret } from './secret.ts'
import { Server } from './server.ts'

const run = promisify(execFile)
const folder = (app: string): string => fileURLToPath(new URL(`../../apps/${app}`, import.meta.url))
const env = { SESSION_SECRET: secret }

const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
const vite = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url))

/** A production build; what it prints is shown only when it fails. */
const build = (app: string, ...command: string[]): Promise<unknown> =>
  run(process.execPath, command, {
    cwd: folder(app),
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })

export const buildNext = (): Promise<unknown> => build('next', next, 'build')
export const buildSvelteKit = (): Promise<unknown> => build('sveltekit', vite, 'build')

export const startNext = (): Promise<Server> =>
  Server.start({ name: 'Next', command: [next, 'start'], cwd: folder('next'), env })

/** The same build with another hook: `none`, `sojourn` or `other`. */
export const startSvelteKit = (handle: string): Promise<Server> =>
  Server.start({
    name: `SvelteKit (${handle})`,
    command: ['build/index.js'],
    cwd: folder('sveltekit'),
    env: { ...env, BENCH_HANDLE: handle },
  })

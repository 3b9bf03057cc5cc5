import { randomBytes } from 'node:crypto'
import { freePorts } from './free-ports.ts'

/** How a server is started: what it adds to the environment of all. Times are in seconds. */
export const modes = {
  cookie: {},
  /** Too short a limit to do anything between two requests on a busy machine: good for seeing sessions end. */
  fleeting: { SESSION_COOKIE_IDLETIME: '2' },
  /** Long enough to survive a pause of the machine, short enough to outlive it by reading. */
  idle: { SESSION_COOKIE_IDLETIME: '6', SESSION_TOUCH_EVERY: '1' },
  memory: {
    SESSION_STORAGE: 'memory',
    SESSION_CHECK_UA: 'on',
    SESSION_CHECK_SCHEME: 'on',
    SESSION_TOUCH_EVERY: '1',
  },
} as const

export type Mode = keyof typeof modes

export const modeNames = ['cookie', 'fleeting', 'idle', 'memory'] as const satisfies readonly Mode[]

export interface App {
  readonly name: 'next' | 'sveltekit' | 'remix' | 'react-router'
  readonly title: string
  /** The name that the app's `/start` puts into the session. */
  readonly fan: string
  /** Where the app listens, in each mode. */
  readonly origins: Readonly<Record<Mode, string>>
}

const names = [
  ['next', 'Next'],
  ['sveltekit', 'SvelteKit'],
  ['remix', 'Remix'],
  ['react-router', 'React Router'],
] as const

/** Chosen once: workers load this file again and find it in the environment. */
process.env['E2E_CHOSEN'] ??= JSON.stringify({
  secret: `base64:${randomBytes(32).toString('base64')}`,
  ports: await freePorts(names.length * modeNames.length),
})

const { secret, ports }: { secret: string; ports: number[] } = JSON.parse(process.env['E2E_CHOSEN'])

/** The one secret of all servers: they share sessions, and tests can seal cookies of their own. */
export const SECRET: string = secret

/** All apps, or those that E2E_APPS names (`next,remix`). */
export const apps: readonly App[] = names
  .filter(([name]) => (process.env['E2E_APPS'] ?? name).split(',').includes(name))
  .map(([name, title]) => ({
    name,
    title: `sojourn · ${title}`,
    fan: `${title} Fan`,
    origins: { cookie: origin(), fleeting: origin(), idle: origin(), memory: origin() },
  }))

function origin(): string {
  return `http://127.0.0.1:${ports.pop()}`
}

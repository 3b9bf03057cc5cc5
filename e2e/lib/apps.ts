import { randomBytes } from 'node:crypto'
import { type Format, formatEnvironments, formatNames, needsRedis } from './formats.ts'
import { freePorts } from './free-ports.ts'
import { chosenStores, type Environment, type Store, storeEnvironments, storeNames } from './store-servers.ts'

const plainModes = {
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

const plainModeNames = ['cookie', 'fleeting', 'idle', 'memory'] as const satisfies readonly (keyof typeof plainModes)[]

export type Mode = keyof typeof plainModes | Store | Format

const modeNames: readonly Mode[] = [...plainModeNames, ...storeNames, ...formatNames]

const table = [
  ['next', 'Next', 'shm', ['resty-v4 on redis', 'iron', 'adopting']],
  ['sveltekit', 'SvelteKit', 'memcached', ['resty-v3 on redis', 'resty-v4']],
  ['remix', 'Remix', 'dshm', ['resty-v3', 'resty-v4 on redis']],
  ['react-router', 'React Router', 'redis', ['iron', 'resty-v3 on redis', 'adopting']],
] as const satisfies readonly (readonly [string, string, Store, readonly Format[]])[]

export interface App {
  readonly name: (typeof table)[number][0]
  readonly title: string
  /** The name that the app's `/start` puts into the session. */
  readonly fan: string
  /** The store that the flow is tested on besides cookies. All apps can use all stores, and all run on Redis as well. */
  readonly store: Store
  /** The formats that it is tested in besides the native one. */
  readonly formats: readonly Format[]
  /** Where the app listens, in each mode; in which it runs, {@link modesOf} says. */
  readonly origins: Readonly<Record<Mode, string>>
}

interface Chosen {
  readonly secret: string
  readonly ports: number[]
  readonly stores: Partial<Record<Store, Environment>>
}

/** Chosen once: workers load this file again and find it in the environment. */
process.env['E2E_CHOSEN'] ??= JSON.stringify({
  secret: `base64:${randomBytes(32).toString('base64')}`,
  ports: await freePorts(table.length * modeNames.length),
  stores: await storeEnvironments(),
} satisfies Chosen)

const { secret, ports, stores }: Chosen = JSON.parse(process.env['E2E_CHOSEN'])

/** The one secret of all servers: they share sessions, and tests can seal cookies of their own. */
export const SECRET: string = secret

/** How a server is started: what it adds to the environment of all. Times are in seconds. */
export const modes = {
  ...plainModes,
  redis: {},
  memcached: {},
  shm: {},
  dshm: {},
  ...stores,
  ...formatEnvironments(SECRET, stores.redis),
}

/** All apps, or those that E2E_APPS names (`next,remix`). */
export const apps: readonly App[] = table
  .filter(([name]) => (process.env['E2E_APPS'] ?? name).split(',').includes(name))
  .map(([name, title, store, formats]) => ({
    name,
    title: `sojourn · ${title}`,
    fan: `${title} Fan`,
    store,
    formats: formats.filter((format) => isChosen(format)),
    origins: Object.fromEntries(modeNames.map((mode) => [mode, origin()])) as Record<Mode, string>,
  }))

/** A format on Redis needs Redis. */
function isChosen(format: Format): boolean {
  return chosenStores.includes('redis') || !needsRedis(format)
}

function origin(): string {
  return `http://127.0.0.1:${ports.pop()}`
}

/** The stores that an app is tested on: its own, and Redis, where all of them meet. */
export const storesOf = (app: App): readonly Store[] =>
  chosenStores.filter((store) => store === app.store || store === 'redis')

export const modesOf = (app: App): readonly Mode[] => [...plainModeNames, ...storesOf(app), ...app.formats]

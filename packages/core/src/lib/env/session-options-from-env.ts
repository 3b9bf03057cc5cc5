import type { BindableFact, Secret, SessionOptions } from '../contracts/options.ts'
import { SessionConfigError } from '../errors.ts'
import { memoryStore } from '../stores/memory.ts'
import type { FormatFromEnv } from './format-from-env.ts'
import { type Environment, readVariables } from './read-variables.ts'
import type { StoreFromEnv, StoreSettings } from './store-from-env.ts'
import { ignoredVariables } from './unknown-variables.ts'
import { listOf, refuse } from './variable.ts'
import { type Settings, variables } from './variables.ts'

/** What the environment function needs besides the environment. */
export interface EnvironmentExtras {
  /** More stores for `SESSION_STORAGE` to choose from: `redisFromEnv` of `@sojourn/redis`, your own … */
  readonly stores?: readonly StoreFromEnv[]
  /** More formats for `SESSION_FORMAT` to choose from: `restyV4FromEnv`, `restyV3FromEnv`, `ironFromEnv` … */
  readonly formats?: readonly FormatFromEnv[]
}

/** Options that came from the environment, to be spread into those of `createSessions`. */
export type EnvironmentOptions = Omit<SessionOptions<object>, 'schema' | 'migrate' | 'onEvent' | 'now'>

/**
 * The options that environment variables give; those that are unset or empty give none. Variables are named after
 * lua-resty-session's: `SESSION_SECRET`, `SESSION_STORAGE`, `SESSION_COOKIE_LIFETIME` … Times are in seconds, sizes in
 * bytes, switches are on / off / 1 / 0 / true / false.
 *
 * @example
 * createSessions<{ cart: string[] }>({ ...sessionOptionsFromEnv(process.env), onEvent })
 *
 * @throws SessionConfigError for a bad value, and for a name that looks like one of ours misspelled. Other names that
 * begin with `SESSION_` are ignored; `describe()` lists them.
 */
export function sessionOptionsFromEnv(
  env: Environment,
  { stores = [], formats = [] }: EnvironmentExtras = {},
): EnvironmentOptions {
  const names = Object.keys(env).filter((name) => env[name] !== undefined && env[name] !== '')
  const unknown = ignoredVariables(
    names,
    [...stores, ...formats].flatMap(({ variables }) => variables),
  )
  const format = formatOf(env, formats)
  const settings = format?.create(env)
  const { secret, secretFallbacks, storage, format: _, bind, ...options } = readSettings(without(env, format?.takes))
  const { ignored = [], ...chosen } = storage === undefined ? {} : storeSettings(storage, env, stores)
  const ignoredEnvironment = [...unknown, ...ignored, ...(settings?.ignored ?? [])].sort()
  return {
    ...options,
    ...chosen,
    ...(settings && { persistence: settings.persistence }),
    ...(secret === undefined && secretFallbacks === undefined ? {} : { secret: secretsOf(secret, secretFallbacks) }),
    ...(bind === undefined ? {} : { bind: boundFacts(bind) }),
    ...(ignoredEnvironment.length === 0 ? {} : { ignoredEnvironment }),
  }
}

function formatOf(env: Environment, formats: readonly FormatFromEnv[]): FormatFromEnv | undefined {
  const text = env['SESSION_FORMAT']?.trim()
  if (!text || text === 'native') return undefined
  const names = ['native', ...formats.flatMap((format) => format.names)]
  return (
    formats.find((format) => format.names.includes(text)) ?? refuse({ name: 'SESSION_FORMAT', text }, listOf(names))
  )
}

const without = (env: Environment, names: readonly string[] = []): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

function readSettings(env: Environment): Settings {
  const settings: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(readVariables(env, variables))) {
    const [head = path, member] = path.split('.')
    settings[head] = member === undefined ? value : Object.assign(settings[head] ?? {}, { [member]: value })
  }
  return settings as Settings
}

function secretsOf(newest: string | undefined, older: readonly string[] = []): Secret | readonly Secret[] {
  if (newest === undefined)
    throw new SessionConfigError('SESSION_SECRET_FALLBACKS holds older secrets. Set SESSION_SECRET to the newest one.')
  return older.length === 0 ? newest : [newest, ...older]
}

function storeSettings(storage: string, env: Environment, stores: readonly StoreFromEnv[]): Partial<StoreSettings> {
  const chosen = stores.find(({ names }) => names.includes(storage))
  if (chosen) {
    const settings = chosen.create(env)
    const ignored = [...(settings.ignored ?? []), ...(settings.lock ? [] : timesOfNoLock(chosen, env))]
    return { ...settings, ...(ignored.length > 0 && { ignored }) }
  }
  if (storage === 'memory') return { store: memoryStore() }
  if (storage === 'cookie') return {}
  const known = ['cookie', 'memory', ...stores.flatMap(({ names }) => names)]
  return refuse({ name: 'SESSION_STORAGE', text: storage }, listOf([...new Set(known)]))
}

/** lua-resty-session locks by default, so its waiting times may be there without the switch. */
const timesOfNoLock = ({ lockTimes = [] }: StoreFromEnv, env: Environment): readonly string[] =>
  lockTimes.filter((name) => env[name]).map((name) => `${name} (…_USELOCKING is not on)`)

const bindable: readonly BindableFact[] = ['userAgent', 'scheme', 'address', 'tlsSession']

const boundFacts = (bind: NonNullable<Settings['bind']>): readonly BindableFact[] =>
  bindable.filter((fact) => bind[fact])

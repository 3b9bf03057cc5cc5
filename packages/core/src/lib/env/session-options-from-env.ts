import type { BindableFact, Secret, SessionOptions } from '../contracts/options.ts'
import type { SessionStore } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { memoryStore } from '../stores/memory.ts'
import { ignoredVariables } from './unknown-variables.ts'
import { listOf, refuse } from './variable.ts'
import { type Settings, variables } from './variables.ts'

/** Names and texts, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the environment function needs besides the environment. */
export interface EnvironmentExtras {
  /** More values for `SESSION_STORAGE`: how to make each store, given the environment. */
  readonly stores?: Readonly<Record<string, (env: Environment) => SessionStore>>
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
export function sessionOptionsFromEnv(env: Environment, extras: EnvironmentExtras = {}): EnvironmentOptions {
  const names = Object.keys(env).filter((name) => env[name] !== undefined && env[name] !== '')
  const ignoredEnvironment = ignoredVariables(names)
  const { secret, secretFallbacks, storage, format: _, bind, ...options } = readSettings(env)
  return {
    ...options,
    ...(secret === undefined && secretFallbacks === undefined ? {} : { secret: secretsOf(secret, secretFallbacks) }),
    ...(storage === undefined ? {} : { store: storeOf(storage, env, extras.stores) }),
    ...(bind === undefined ? {} : { bind: boundFacts(bind) }),
    ...(ignoredEnvironment.length === 0 ? {} : { ignoredEnvironment }),
  }
}

function readSettings(env: Environment): Settings {
  const given = new Map<string, { readonly name: string; readonly value: unknown }>()
  for (const { name, setting, parse } of variables) {
    const text = env[name]
    if (text === undefined || text === '') continue
    const value = parse({ name, text })
    const twin = given.get(setting)
    if (twin && twin.value !== value)
      throw new SessionConfigError(`${twin.name} and ${name} contradict each other. Set one of them.`)
    given.set(setting, { name, value })
  }

  const settings: Record<string, unknown> = {}
  for (const [path, { value }] of given) {
    const [head = path, member] = path.split('.')
    settings[head] = member === undefined ? value : Object.assign(settings[head] ?? {}, { [member]: value })
  }
  return settings as Settings // the table's type holds each parser to the type of its setting
}

function secretsOf(newest: string | undefined, older: readonly string[] = []): Secret | readonly Secret[] {
  if (newest === undefined)
    throw new SessionConfigError('SESSION_SECRET_FALLBACKS holds older secrets. Set SESSION_SECRET to the newest one.')
  return older.length === 0 ? newest : [newest, ...older]
}

function storeOf(
  storage: string,
  env: Environment,
  stores: EnvironmentExtras['stores'] = {},
): SessionStore | undefined {
  if (Object.hasOwn(stores, storage)) return stores[storage]?.(env)
  if (storage === 'memory') return memoryStore()
  if (storage === 'cookie') return undefined
  const known = new Set(['cookie', 'memory', ...Object.keys(stores)])
  return refuse({ name: 'SESSION_STORAGE', text: storage }, listOf([...known]))
}

const bindable: readonly BindableFact[] = ['userAgent', 'scheme', 'address', 'tlsSession']

const boundFacts = (bind: NonNullable<Settings['bind']>): readonly BindableFact[] =>
  bindable.filter((fact) => bind[fact])

import type { BindableFact, Secret, SessionOptions } from '../contracts/options.ts'
import type { Parts } from '../contracts/parts.ts'
import type { PersistenceFactory } from '../contracts/persistence.ts'
import type { SessionStore } from '../contracts/store.ts'
import { SessionConfigError } from '../errors.ts'
import { adoptionVariables, chosenAdoption, isOfAdoption } from './chosen-adoption.ts'
import { chosenFormat } from './chosen-format.ts'
import { chosenParts, partVariables } from './chosen-parts.ts'
import { chosenStore } from './chosen-store.ts'
import type { FormatFromEnv } from './format-from-env.ts'
import { refuseMeaningless } from './meaningless-variables.ts'
import { type Environment, readVariables } from './read-variables.ts'
import { replacedIn, replacedVariables } from './replaced-variables.ts'
import type { StoreFromEnv } from './store-from-env.ts'
import { unknownVariables } from './unknown-variables.ts'
import { type Settings, variables } from './variables.ts'

/** What the environment function needs besides the environment. */
export interface EnvironmentExtras {
  /** More stores for `SESSION_STORAGE` to choose from: `redisFromEnv` of `@sojourn/redis`, your own … */
  readonly stores?: readonly StoreFromEnv[]
  /** More formats for `SESSION_FORMAT` to choose from: `restyV4FromEnv`, `restyV3FromEnv`, `ironFromEnv` … */
  readonly formats?: readonly FormatFromEnv[]
  /** Parts of your own, to be chosen by their names: `SESSION_CIPHER=mine` with `{ cipher: { mine } }` … */
  readonly parts?: Parts
}

/** Options that came from the environment, to be spread into those of `createSessions`. */
export interface EnvironmentOptions
  extends Omit<SessionOptions<object>, 'schema' | 'migrate' | 'onEvent' | 'now' | 'store' | 'persistence'> {
  readonly store?: SessionStore
  readonly persistence?: PersistenceFactory
}

/** The names of all variables that need no package. A function, so that a bundler drops it when nothing calls it. */
export const ownVariables = (): readonly string[] => [
  ...[...variables, ...partVariables, ...replacedVariables].map(({ name }) => name),
  ...adoptionVariables,
]

/**
 * The options that environment variables give; those that are unset or empty give none. Variables are named after
 * lua-resty-session's: `SESSION_SECRET`, `SESSION_STORAGE`, `SESSION_COOKIE_LIFETIME` … Times are in seconds, sizes in
 * bytes or with k, m or g, switches are on / off / 1 / 0 / true / false.
 *
 * @example
 * createSessions<{ cart: string[] }>({ ...sessionOptionsFromEnv(process.env), onEvent })
 *
 * @throws SessionConfigError for a bad value, and for a name that looks like one of ours misspelled. Other names that
 * begin with `SESSION_` are ignored; `describe()` lists them, with those that do nothing and why.
 */
export function sessionOptionsFromEnv(env: Environment, extras: EnvironmentExtras = {}): EnvironmentOptions {
  const { stores = [], formats = [], parts = {} } = extras
  const adoption = chosenAdoption(present(env), (old) => sessionOptionsFromEnv(old, extras))
  const set: Environment = present(env, (name) => !isOfAdoption(name))
  const known = [...new Set([...ownVariables(), ...[...stores, ...formats].flatMap(({ variables }) => variables)])]
  const unknown = unknownVariables(Object.keys(set), known)
  const format = chosenFormat(set, formats, parts.persistence)
  const ours = without(set, format?.takes)
  const { secret, secretFallbacks, storage, format: formatName, bind, aes, ...others } = readSettings(ours)
  const { store, lock, ignored = [] } = chosenStore(storage, set, stores, parts.store)
  const chosen = chosenParts(ours, parts, aes)
  const options: EnvironmentOptions = {
    ...others,
    ...chosen.options,
    ...(store && { store }),
    ...(lock !== undefined && { lock }),
    ...(format && { persistence: format.persistence }),
    ...(secret === undefined && secretFallbacks === undefined ? {} : { secret: secretsOf(secret, secretFallbacks) }),
    ...(bind && { bind: boundFacts(bind) }),
    ...(adoption && { adopt: adoption.adopt }),
  }
  if (format) refuseMeaningless(format.persistence, options, ours)
  const ignoredEnvironment = [
    ...unknown,
    ...replacedIn(ours),
    ...chosen.ignored,
    ...ignored,
    ...(format?.ignored ?? []),
    ...(adoption?.ignored ?? []),
    ...ofOthers('SESSION_STORAGE', storage, stores, set),
    ...ofOthers('SESSION_FORMAT', formatName, formats, set),
  ].sort()
  return { ...options, ...(ignoredEnvironment.length > 0 && { ignoredEnvironment }) }
}

const present = (env: Environment, counts: (name: string) => boolean = () => true): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name, text]) => text && counts(name)))

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

/** What is set for a store or a format that could have been chosen, and was not. */
function ofOthers(
  by: string,
  chosen: string | undefined,
  choices: readonly Pick<StoreFromEnv, 'names' | 'variables'>[],
  env: Environment,
): readonly string[] {
  const read = [...ownVariables(), ...(choices.find(({ names }) => names.includes(chosen ?? ''))?.variables ?? [])]
  return choices.flatMap(({ names, variables }) =>
    variables.filter((name) => env[name] && !read.includes(name)).map((name) => `${name} (${by} is not ${names[0]})`),
  )
}

const bindable: readonly BindableFact[] = ['userAgent', 'scheme', 'address', 'tlsSession']

const boundFacts = (bind: NonNullable<Settings['bind']>): readonly BindableFact[] =>
  bindable.filter((fact) => bind[fact])

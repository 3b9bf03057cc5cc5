import type { CookieOptions, LockOptions, SessionOptions, TimeOptions } from './contracts/options.ts'
import type { SessionStore } from './contracts/store.ts'
import { SessionConfigError } from './errors.ts'
import { similarNames } from './spelling.ts'

interface Kind {
  readonly says: string
  readonly has: (value: unknown) => boolean
}

const text: Kind = { says: 'text', has: (value) => typeof value === 'string' }
const flag: Kind = { says: 'true or false', has: (value) => typeof value === 'boolean' }
const method: Kind = { says: 'a function', has: (value) => typeof value === 'function' }
const list: Kind = { says: 'a list', has: Array.isArray }
/** A schema may be a function. */
const object: Kind = {
  says: 'an object',
  has: (value) => (typeof value === 'object' && value !== null) || method.has(value),
}
const flagOrAuto: Kind = { says: 'true, false or auto', has: (value) => flag.has(value) || value === 'auto' }
/** Numbers and words: the settings check those, because they know the bounds. */
const other: Kind = { says: '', has: () => true }

/** Every option of a group: the compiler names the one that is missing here. */
type Kinds<Options> = Readonly<Record<keyof Options, Kind>>

const OPTIONS: Kinds<SessionOptions<object>> = {
  secret: other,
  name: text,
  audience: text,
  store: object,
  persistence: object,
  adopt: list,
  strategy: other,
  cookie: object,
  persistent: flag,
  bind: list,
  trustedHops: other,
  autoTouch: flag,
  schema: object,
  version: other,
  migrate: method,
  onConflict: other,
  lock: other,
  onEvent: method,
  idLength: other,
  now: method,
  ignoredEnvironment: list,
  idle: other,
  rolling: other,
  absolute: other,
  renew: other,
  touchEvery: other,
  discard: other,
  remember: object,
}

const COOKIE: Kinds<CookieOptions> = {
  path: text,
  domain: text,
  sameSite: other,
  secure: flagOrAuto,
  partitioned: flag,
  priority: other,
  maxCookies: other,
  maxBytes: other,
}

const REMEMBER: Kinds<NonNullable<TimeOptions['remember']>> = { rolling: other, absolute: other }

const LOCK: Kinds<LockOptions> = {
  wait: other,
  lease: other,
  hold: other,
  firstStep: other,
  stepRatio: other,
  longestStep: other,
}

const VERBS = ['keyOf', 'read', 'write', 'delete'] as const satisfies readonly (keyof SessionStore)[]

/**
 * What the compiler says about options, for those who write JavaScript or read their options from a file: a misspelt
 * option would be one that silently does nothing.
 * @throws SessionConfigError naming the option and what was meant.
 */
export function checkOptionKinds<D extends object>(options: SessionOptions<D>): void {
  checkGroup(options, OPTIONS)
  checkGroup(options.cookie, COOKIE, 'cookie.')
  checkGroup(options.remember, REMEMBER, 'remember.')
  const { lock, persistence, schema, store } = options
  if (typeof lock === 'object') checkGroup(lock, LOCK, 'lock.')
  if (schema && !method.has(schema['~standard']?.validate))
    throw new SessionConfigError('`schema` is no Standard Schema; give one of Zod, Valibot, ArkType or their like.')
  if (store && !VERBS.every((verb) => method.has(store[verb])))
    throw new SessionConfigError(
      '`store` is no store; give what memoryStore() or the function of another store returns.',
    )
  if (persistence && !method.has(persistence.create))
    throw new SessionConfigError('`persistence` is none; give what restyV4(…), restyV3(…) or iron(…) returns.')
}

/** Values stay out of the messages: any of them may be a secret in the wrong place. */
function checkGroup(options: object | undefined, kinds: Readonly<Record<string, Kind>>, group = ''): void {
  for (const [option, value] of Object.entries(options ?? {})) {
    const name = `\`${group}${option}\``
    const kind = Object.hasOwn(kinds, option) ? kinds[option] : undefined
    if (!kind)
      throw new SessionConfigError(`${name} is not an option. ${suggestion(option, Object.keys(kinds), group)}`)
    if (value === undefined || kind.has(value)) continue
    throw new SessionConfigError(`${name} is ${value === null ? 'null' : typeof value}; it must be ${kind.says}.`)
  }
}

/** Also finds an option that stands one level too high, such as `secure` beside `cookie`. */
function suggestion(option: string, known: readonly string[], group: string): string {
  const isCookies = !group && Object.hasOwn(COOKIE, option)
  const meant = isCookies ? [`cookie.${option}`] : similarNames(option, known).map((name) => group + name)
  return meant.length > 0 ? `Did you mean \`${meant.join('` or `')}\`?` : `There are ${known.join(', ')}.`
}

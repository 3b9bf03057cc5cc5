import {
  type Environment,
  type FormatFromEnv,
  type FormatSettings,
  readVariables,
  SessionConfigError,
  type VariableFor,
} from '@sojourn/core/persistence'
import { count, flag, refuse, secret, secretList, text, textList, type Variable } from '@sojourn/core/store'
import type { V4Bind } from '../v4/format.ts'
import { V4_REMEMBER_SAFETIES, type V4RememberSafety } from '../v4/keys.ts'
import type { RestyV4Options } from './options.ts'
import { restyV4 } from './resty-v4.ts'

/** What the variables can say, before it becomes options. */
interface Settings
  extends Omit<RestyV4Options, 'secret' | 'bind' | 'mostBytes' | 'prefix' | 'suffix' | 'keys' | 'now'> {
  readonly secret?: string
  readonly fallbacks?: readonly string[]
  readonly ip?: boolean
  readonly scheme?: boolean
  readonly userAgent?: boolean
  readonly tlsSession?: false
}

/** The options of lua-resty-session 4.x in capitals; what it binds to has the names of 3.x. */
const variables: readonly VariableFor<Settings>[] = [
  { name: 'SESSION_SECRET', setting: 'secret', parse: secret },
  { name: 'SESSION_SECRET_FALLBACKS', setting: 'fallbacks', parse: secretList },
  { name: 'SESSION_CHECK_ADDR', setting: 'ip', parse: flag },
  { name: 'SESSION_CHECK_SCHEME', setting: 'scheme', parse: flag },
  { name: 'SESSION_CHECK_UA', setting: 'userAgent', parse: flag },
  { name: 'SESSION_CHECK_SSI', setting: 'tlsSession', parse: off },
  { name: 'SESSION_REMEMBER_SAFETY', setting: 'rememberSafety', parse: safety },
  { name: 'SESSION_REMEMBER_COOKIE_NAME', setting: 'rememberCookieName', parse: text },
  { name: 'SESSION_HASH_STORAGE_KEY', setting: 'hashStorageKey', parse: flag },
  { name: 'SESSION_HASH_SUBJECT', setting: 'hashSubject', parse: flag },
  { name: 'SESSION_STORE_METADATA', setting: 'storeMetadata', parse: flag },
  { name: 'SESSION_ENFORCE_SAME_SUBJECT', setting: 'enforceSameSubject', parse: flag },
  {
    name: 'SESSION_COMPRESSION_THRESHOLD',
    setting: 'compressionThreshold',
    parse: (variable) => count(variable, 'a whole number of bytes; 0 switches it off', 0),
  },
  { name: 'SESSION_REQUEST_HEADERS', setting: 'requestHeaders', parse: textList },
  { name: 'SESSION_RESPONSE_HEADERS', setting: 'responseHeaders', parse: textList },
]

interface KeyParts {
  readonly prefix?: string
  readonly suffix?: string
}

/** Those of the storage that SESSION_STORAGE chooses: its store reads the prefix as well, and does not use it here. */
const keyVariables = new Map<string, readonly VariableFor<KeyParts>[]>([
  ['redis', keyVariablesOf('SESSION_REDIS_')],
  ['memcached', keyVariablesOf('SESSION_MEMCACHED_')],
  ['memcache', keyVariablesOf('SESSION_MEMCACHE_')],
  ['dshm', keyVariablesOf('SESSION_DSHM_')],
  ['shm', keyVariablesOf('SESSION_SHM_')],
])

function keyVariablesOf(storage: string): readonly VariableFor<KeyParts>[] {
  return [
    { name: `${storage}PREFIX`, setting: 'prefix', parse: text },
    { name: `${storage}SUFFIX`, setting: 'suffix', parse: text },
  ]
}

const names = variables.map(({ name }) => name)

/**
 * `SESSION_FORMAT=resty-v4`, with the options of lua-resty-session 4.x in capitals. `SESSION_SECRET` is the raw secret.
 *
 * @example
 * createSessions({ ...sessionOptionsFromEnv(process.env, { formats: [restyV4FromEnv], stores: [redisFromEnv] }) })
 */
export const restyV4FromEnv: FormatFromEnv = {
  names: ['resty-v4'],
  variables: [...names, ...[...keyVariables.values()].flatMap((storage) => storage.map(({ name }) => name))],
  takes: names,
  create: (env: Environment): FormatSettings => ({ persistence: restyV4(optionsFrom(env)) }),
}

function optionsFrom(env: Environment): RestyV4Options {
  const { secret, fallbacks = [], ip, scheme, userAgent, tlsSession: _, ...options } = readVariables(env, variables)
  if (secret === undefined && fallbacks.length > 0)
    throw new SessionConfigError('SESSION_SECRET_FALLBACKS holds older secrets. Set SESSION_SECRET to the newest one.')
  const facts: readonly (readonly [V4Bind, boolean | undefined])[] = [
    ['ip', ip],
    ['scheme', scheme],
    ['user-agent', userAgent],
  ]
  return {
    ...options,
    ...readVariables(env, keyVariables.get(env['SESSION_STORAGE']?.trim() ?? '') ?? []),
    ...(secret !== undefined && { secret: [secret, ...fallbacks] }),
    bind: facts.flatMap(([fact, isBound]) => (isBound ? [fact] : [])),
  }
}

function off(variable: Variable): false {
  if (!flag(variable)) return false
  throw new SessionConfigError(
    `${variable.name} is on, and lua-resty-session 4.x cannot bind to the TLS session. Remove it.`,
  )
}

function safety(variable: Variable): V4RememberSafety {
  const word = variable.text.trim().toLowerCase()
  const known = V4_REMEMBER_SAFETIES.find((level) => level.toLowerCase() === word)
  return known ?? refuse(variable, V4_REMEMBER_SAFETIES.join(', '))
}

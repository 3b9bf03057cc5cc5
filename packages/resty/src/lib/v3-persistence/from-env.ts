import {
  type Environment,
  type FormatFromEnv,
  type FormatSettings,
  readVariables,
  SessionConfigError,
  type VariableFor,
} from '@sojourn/core/persistence'
import { count, flag, oneOf, secret, secretList, text, textList, type Variable } from '@sojourn/core/store'
import type { AesMode, AesSize, Hash } from '../crypto/types.ts'
import { AES_MODES, HASHES, HMACS, type V3FormatOptions } from '../v3/format.ts'
import type { V3Check, V3Hmac } from '../v3/settings.ts'
import { V3_WEAKNESSES, type V3Weakness } from '../v3/weaknesses.ts'
import type { RestyV3Options } from './options.ts'
import { restyV3 } from './resty-v3.ts'

/** What the variables can say, before it becomes options. */
interface Settings extends Partial<V3Check> {
  readonly secret?: string
  readonly fallbacks?: readonly string[]
  readonly cipher?: 'aes' | 'none'
  readonly size?: AesSize
  readonly mode?: AesMode
  readonly hash?: Hash
  readonly rounds?: number
  readonly hmac?: V3Hmac
  readonly encoder?: NonNullable<V3FormatOptions['encoder']>
  readonly compressor?: 'none' | 'zlib'
  readonly serializer?: 'json'
  readonly identifier?: 'random'
  readonly idLength?: number
  readonly maxsize?: number
  readonly allow?: readonly V3Weakness[]
}

const variables: readonly VariableFor<Settings>[] = [
  { name: 'SESSION_SECRET', setting: 'secret', parse: secret },
  { name: 'SESSION_SECRET_FALLBACKS', setting: 'fallbacks', parse: secretList },
  { name: 'SESSION_CIPHER', setting: 'cipher', parse: (variable) => oneOf(variable, ['aes', 'none']) },
  { name: 'SESSION_AES_SIZE', setting: 'size', parse: aesSize },
  { name: 'SESSION_AES_MODE', setting: 'mode', parse: (variable) => oneOf(variable, AES_MODES) },
  { name: 'SESSION_AES_HASH', setting: 'hash', parse: (variable) => oneOf(variable, HASHES) },
  {
    name: 'SESSION_AES_ROUNDS',
    setting: 'rounds',
    parse: (variable) => count(variable, 'a whole number of rounds', 1, 100_000),
  },
  { name: 'SESSION_HMAC', setting: 'hmac', parse: (variable) => oneOf(variable, HMACS) },
  { name: 'SESSION_ENCODER', setting: 'encoder', parse: (variable) => oneOf(variable, ['base64', 'base16', 'hex']) },
  { name: 'SESSION_COMPRESSOR', setting: 'compressor', parse: (variable) => oneOf(variable, ['none', 'zlib']) },
  { name: 'SESSION_SERIALIZER', setting: 'serializer', parse: (variable) => oneOf(variable, ['json']) },
  { name: 'SESSION_IDENTIFIER', setting: 'identifier', parse: (variable) => oneOf(variable, ['random']) },
  {
    name: 'SESSION_RANDOM_LENGTH',
    setting: 'idLength',
    parse: (variable) => count(variable, 'a whole number of bytes', 1, 64),
  },
  { name: 'SESSION_CHECK_SSI', setting: 'ssi', parse: flag },
  { name: 'SESSION_CHECK_UA', setting: 'ua', parse: flag },
  { name: 'SESSION_CHECK_ADDR', setting: 'addr', parse: flag },
  { name: 'SESSION_CHECK_SCHEME', setting: 'scheme', parse: flag },
  {
    name: 'SESSION_COOKIE_MAXSIZE',
    setting: 'maxsize',
    parse: (variable) => count(variable, 'a whole number of characters', 1, 4096),
  },
  { name: 'SESSION_ALLOW', setting: 'allow', parse: weaknesses },
]

/** Which variable of the store names the part of the keys that comes first. */
const prefixVariables: Readonly<Record<string, string>> = {
  redis: 'SESSION_REDIS_PREFIX',
  memcached: 'SESSION_MEMCACHE_PREFIX',
  memcache: 'SESSION_MEMCACHE_PREFIX',
  dshm: 'SESSION_DSHM_REGION',
}

const names = variables.map(({ name }) => name)

/**
 * `SESSION_FORMAT=resty-v3`, with the `$session_…` variables of lua-resty-session 3.x in capitals. `SESSION_SECRET` is
 * the raw secret, and `SESSION_ALLOW` a list of the weaknesses to accept.
 *
 * @example
 * createSessions({ ...sessionOptionsFromEnv(process.env, { formats: [restyV3FromEnv], stores: [redisFromEnv] }) })
 */
export const restyV3FromEnv: FormatFromEnv = {
  names: ['resty-v3'],
  variables: names,
  takes: names,
  create: (env: Environment): FormatSettings => ({ persistence: restyV3(optionsFrom(env)) }),
}

function optionsFrom(env: Environment): RestyV3Options {
  const {
    secret,
    fallbacks = [],
    size,
    mode,
    hash,
    rounds,
    idLength,
    ssi,
    ua,
    addr,
    scheme,
    ...settings
  } = readVariables(env, variables)
  const { serializer: _json, identifier: _random, ...same } = settings
  if (secret === undefined && fallbacks.length > 0)
    throw new SessionConfigError('SESSION_SECRET_FALLBACKS holds older secrets. Set SESSION_SECRET to the newest one.')
  return given({
    ...same,
    secret: secret === undefined ? undefined : [secret, ...fallbacks],
    aes: given({ size, mode, hash, rounds }),
    random: given({ length: idLength }),
    check: given({ ssi, ua, addr, scheme }),
    prefix: prefixFrom(env),
  })
}

function prefixFrom(env: Environment): string | undefined {
  const name = prefixVariables[env['SESSION_STORAGE']?.trim() ?? '']
  const value = name && env[name]
  return name && value ? text({ name, text: value }) : undefined
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the members that are undefined. */
const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>

function aesSize(variable: Variable): AesSize {
  const sizes = { '128': 128, '192': 192, '256': 256 } as const
  return sizes[oneOf(variable, ['128', '192', '256'])]
}

function weaknesses(variable: Variable): readonly V3Weakness[] {
  const known = Object.keys(V3_WEAKNESSES).filter((name): name is V3Weakness => Object.hasOwn(V3_WEAKNESSES, name))
  return textList(variable).map((word) => oneOf({ name: variable.name, text: word }, known))
}

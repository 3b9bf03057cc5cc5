import type { BindableFact, CookieOptions, SessionOptions, TimeOptions } from '../contracts/options.ts'
import type { AesOptions } from '../contracts/parts.ts'
import type { VariableFor } from './read-variables.ts'
import {
  bytes,
  count,
  flag,
  flagOrAuto,
  oneOf,
  seconds,
  secondsAboveZero,
  secondsOrOff,
  secretList,
  text,
  type Variable,
} from './variable.ts'

/** What variables can say, before it becomes options. */
export interface Settings
  extends Omit<TimeOptions, 'remember'>,
    Pick<
      SessionOptions<object>,
      'name' | 'audience' | 'persistent' | 'trustedHops' | 'autoTouch' | 'version' | 'onConflict' | 'idLength'
    > {
  readonly secret?: string
  readonly secretFallbacks?: readonly string[]
  readonly storage?: string
  readonly format?: string
  readonly aes?: AesOptions
  readonly cookie?: CookieOptions
  readonly remember?: NonNullable<TimeOptions['remember']>
  readonly bind?: Readonly<Partial<Record<BindableFact, boolean>>>
}

type Group = 'aes' | 'cookie' | 'remember' | 'bind'
type Under<G extends Group, S = Required<Required<Settings>[G]>> = { [K in keyof S & string as `${G}.${K}`]: S[K] }
type ByPath = Required<Omit<Settings, Group>> & Under<'aes'> & Under<'cookie'> & Under<'remember'> & Under<'bind'>

/**
 * The environment variables that set an option to a value; those that name a part are in `chosen-parts.ts`. The names are
 * lua-resty-session's `$session_*` variables in capitals, where it has them. Plain data, so that a bundler drops the
 * table when nothing reads it.
 */
export const variables: readonly VariableFor<ByPath>[] = [
  { name: 'SESSION_SECRET', setting: 'secret', parse: (variable) => variable.text },
  { name: 'SESSION_SECRET_FALLBACKS', setting: 'secretFallbacks', parse: secretList },
  { name: 'SESSION_NAME', setting: 'name', parse: text },
  { name: 'SESSION_AUDIENCE', setting: 'audience', parse: text },
  { name: 'SESSION_STORAGE', setting: 'storage', parse: text },
  { name: 'SESSION_FORMAT', setting: 'format', parse: text },
  { name: 'SESSION_PERSISTENT', setting: 'persistent', parse: flag },
  { name: 'SESSION_VERSION', setting: 'version', parse: (variable) => count(variable, 'a whole number', 0, 65_535) },
  {
    name: 'SESSION_RANDOM_LENGTH',
    setting: 'idLength',
    parse: (variable) => count(variable, 'a whole number of bytes', 16, 64),
  },
  {
    name: 'SESSION_TRUSTED_HOPS',
    setting: 'trustedHops',
    parse: (variable) => count(variable, 'a whole number of proxies', 0),
  },
  { name: 'SESSION_AUTO_TOUCH', setting: 'autoTouch', parse: flag },
  { name: 'SESSION_TOUCH_EVERY', setting: 'touchEvery', parse: seconds },
  {
    name: 'SESSION_ON_CONFLICT',
    setting: 'onConflict',
    parse: (variable) => oneOf(variable, ['merge', 'mine', 'theirs', 'throw']),
  },

  { name: 'SESSION_AES_SIZE', setting: 'aes.size', parse: (variable) => sizes[oneOf(variable, ['128', '192', '256'])] },
  { name: 'SESSION_AES_MODE', setting: 'aes.mode', parse: aesMode },

  { name: 'SESSION_COOKIE_IDLETIME', setting: 'idle', parse: secondsOrOff },
  { name: 'SESSION_COOKIE_LIFETIME', setting: 'rolling', parse: secondsOrOff },
  { name: 'SESSION_COOKIE_ABSOLUTE', setting: 'absolute', parse: secondsOrOff },
  { name: 'SESSION_COOKIE_RENEW', setting: 'renew', parse: seconds },
  { name: 'SESSION_COOKIE_DISCARD', setting: 'discard', parse: seconds },
  { name: 'SESSION_COOKIE_PERSISTENT', setting: 'persistent', parse: flag },
  { name: 'SESSION_COOKIE_PATH', setting: 'cookie.path', parse: text },
  { name: 'SESSION_COOKIE_DOMAIN', setting: 'cookie.domain', parse: text },
  {
    name: 'SESSION_COOKIE_SAMESITE',
    setting: 'cookie.sameSite',
    parse: (variable) => oneOf(variable, ['lax', 'strict', 'none']),
  },
  { name: 'SESSION_COOKIE_SECURE', setting: 'cookie.secure', parse: flagOrAuto },
  { name: 'SESSION_COOKIE_PARTITIONED', setting: 'cookie.partitioned', parse: flag },
  {
    name: 'SESSION_COOKIE_PRIORITY',
    setting: 'cookie.priority',
    parse: (variable) => oneOf(variable, ['low', 'medium', 'high']),
  },
  { name: 'SESSION_COOKIE_MAXSIZE', setting: 'cookie.maxBytes', parse: bytes },
  {
    name: 'SESSION_COOKIE_CHUNKS',
    setting: 'cookie.maxCookies',
    parse: (variable) => count(variable, 'a whole number of cookies', 1),
  },

  { name: 'SESSION_REMEMBER_ROLLING', setting: 'remember.rolling', parse: secondsAboveZero },
  { name: 'SESSION_REMEMBER_ABSOLUTE', setting: 'remember.absolute', parse: secondsAboveZero },

  { name: 'SESSION_CHECK_UA', setting: 'bind.userAgent', parse: flag },
  { name: 'SESSION_CHECK_SCHEME', setting: 'bind.scheme', parse: flag },
  { name: 'SESSION_CHECK_ADDR', setting: 'bind.address', parse: flag },
  { name: 'SESSION_CHECK_SSI', setting: 'bind.tlsSession', parse: flag },
]

const sizes = { '128': 128, '192': 192, '256': 256 } as const

function aesMode(variable: Variable): NonNullable<AesOptions['mode']> {
  return oneOf(variable, ['gcm', 'cbc', 'ctr'], '; others are for SESSION_FORMAT=resty-v3')
}

import { type PersistenceContext, SessionConfigError } from '@sojourn/core/persistence'
import { requireOneOf } from '../shared/option-checks.ts'
import type { V4FormatOptions } from '../v4/format.ts'
import { type V4HeaderProperty, v4HeaderProperties } from '../v4/headers.ts'
import type { V4NameStyle } from '../v4/storage-names.ts'
import { formatOf } from './format-of.ts'

/**
 * What both sides must agree on, under the names of lua-resty-session 4.x. Its cookie, audience and times are the
 * ordinary options of the sessions.
 */
export interface RestyV4Options extends Omit<V4FormatOptions, 'secret' | 'storage'> {
  /**
   * Raw, as the Lua configuration has it: text counts as UTF-8 and nothing is decoded. The first one writes, the others
   * are `secret_fallbacks`. Missing in development, the workspace's own is taken; missing in production, the first use
   * throws `SessionConfigError`.
   */
  readonly secret?: V4FormatOptions['secret'] | undefined
  /** `remember_cookie_name`: it gets the prefix `__Host-` or `__Secure-` that the sessions' name has. Default `remember`. */
  readonly rememberCookieName?: string
  /** `prefix` of the storage: in front of its keys. For DSHM, this is the region. Default none. */
  readonly prefix?: string
  /** `suffix` of the storage: behind its keys. Default none. */
  readonly suffix?: string
  /** How keys are spelt, where the store's name does not tell: it is none of these, nor `memory`. */
  readonly keys?: V4NameStyle
  /** `hash_storage_key`: keys in the store do not show the ids in cookies. Default off. */
  readonly hashStorageKey?: boolean
  /** `hash_subject`: names of the index do not show who it is. Default off. */
  readonly hashSubject?: boolean
  /** `store_metadata`: keep an index of each subject's sessions, for `sessions.revoke`. Default off. */
  readonly storeMetadata?: boolean
  /**
   * `enforce_same_subject`: a save where somebody is signed in drops the entries of audiences where it is not the same
   * subject. Default off.
   */
  readonly enforceSameSubject?: boolean
  /** `request_headers`: what `headers()` tells an application behind this one. Default none. */
  readonly requestHeaders?: readonly string[]
  /** `response_headers`: what `headers()` tells the client. Default none. */
  readonly responseHeaders?: readonly string[]
  /** The clock of the functions that are this object's own, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
}

/** Checked options that do not depend on the sessions they are for. */
export interface RestyV4Settings extends RestyV4Options {
  readonly rememberCookieName: string
  readonly headers: Readonly<Record<'request' | 'response', readonly V4HeaderProperty[]>>
}

/** Every option: the compiler names the one that is missing here. */
const OPTIONS: Readonly<Record<keyof RestyV4Options, true>> = {
  secret: true,
  bind: true,
  compressionThreshold: true,
  rememberSafety: true,
  mostBytes: true,
  rememberCookieName: true,
  prefix: true,
  suffix: true,
  keys: true,
  hashStorageKey: true,
  hashSubject: true,
  storeMetadata: true,
  enforceSameSubject: true,
  requestHeaders: true,
  responseHeaders: true,
  now: true,
}

const STYLES: readonly V4NameStyle[] = ['redis', 'memcached', 'dshm', 'shm']
const FLAGS = ['hashStorageKey', 'hashSubject', 'storeMetadata', 'enforceSameSubject'] as const
/** A `token` of RFC 9110 without `.`, like the name of the session. */
const NAME = /^[!#$%&'*+\-^_`|~0-9A-Za-z]{1,118}$/
/** What is kept as it is by every storage, and does not look like a part of its own. */
const KEY_PART = /^[\w\-.~]{0,64}$/

/** @throws SessionConfigError naming the option that is wrong. */
export function restyV4Settings(options: RestyV4Options): RestyV4Settings {
  const unknown = Object.keys(options).find((option) => !Object.hasOwn(OPTIONS, option))
  if (unknown !== undefined)
    throw new SessionConfigError(
      `\`${unknown}\` is no option of restyV4. There are ${Object.keys(OPTIONS).join(', ')}; times, name, cookie and audience are options of the sessions.`,
    )
  const { rememberCookieName = 'remember', prefix = '', suffix = '', keys } = options
  if (!NAME.test(rememberCookieName))
    throw new SessionConfigError('`rememberCookieName` must be a cookie name of letters, digits, - and _.')
  for (const [option, part] of Object.entries({ prefix, suffix }))
    if (!KEY_PART.test(part))
      throw new SessionConfigError(
        `\`${option}\` must be at most 64 letters, digits and -._~, as all storages keep them.`,
      )
  if (keys !== undefined) requireOneOf('keys', keys, STYLES)
  for (const flag of FLAGS) requireOneOf(flag, options[flag] ?? false, [true, false])
  formatOf(options, 'cookie')
  const { requestHeaders = [], responseHeaders = [] } = options
  return {
    ...options,
    rememberCookieName,
    headers: { request: v4HeaderProperties(requestHeaders), response: v4HeaderProperties(responseHeaders) },
  }
}

/** How the keys of this store are spelt. @throws SessionConfigError for a store that nobody knows. */
export function keyStyleOf(
  store: NonNullable<PersistenceContext['store']>,
  keys: V4NameStyle | undefined,
): V4NameStyle {
  const style = keys ?? (store.name === 'memory' ? 'redis' : STYLES.find((known) => known === store.name))
  if (style) return style
  throw new SessionConfigError(
    `How lua-resty-session names what it keeps in a ${store.name} store is not known: give restyV4({ keys }), one of ${STYLES.join(', ')}.`,
  )
}

import { platform } from '#crypto'
import type { BindableFact, CommonOptions, OnConflict, Strategy } from '../contracts/options.ts'
import type { Identifier } from '../contracts/parts.ts'
import type { Times } from '../contracts/persistence.ts'
import type { CookieAttributes } from '../contracts/request.ts'
import type { Bytes, Seconds } from '../contracts/store.ts'
import { MOST_CHUNKS } from '../cookies/chunks.ts'
import { oneOf, whole, wrong } from './checks.ts'
import { type LockSettings, lockSettings } from './lock.ts'
import { LONGEST } from './times.ts'

/** The options after validation, with every default filled in. */
export interface Settings {
  readonly name: string
  readonly audience: string
  readonly times: Times
  readonly attributes: CookieAttributes
  readonly maxCookies: number
  readonly maxBytes: number
  readonly persistent: boolean
  readonly bind: readonly BindableFact[]
  readonly strategyName: string
  readonly strategy: Strategy
  readonly onConflict: OnConflict
  readonly lock: LockSettings | undefined
  readonly trustedHops: number
  readonly autoTouch: boolean
  readonly dataVersion: number
  readonly idLength: number
  readonly newId: () => Bytes
}

/** A `token` of RFC 9110 without `.`, which separates a chunk's number from the name. */
const NAME = /^[!#$%&'*+\-^_`|~0-9A-Za-z]+$/
/** Browsers ignore an attribute of more than 1,024 octets (RFC 6265bis section 5.6). */
const PATH = /^\/[ -+\--:<-~]{0,1023}$/
const HOST = /^\.?[a-z\d-]+(?:\.[a-z\d-]+)*$/i
const FACTS: readonly BindableFact[] = ['userAgent', 'scheme', 'address', 'tlsSession']

/** Everywhere, unless NODE_ENV says `development` or `test`. */
export function isProduction(): boolean {
  const mode = nodeEnv()
  return mode !== 'development' && mode !== 'test'
}

function nodeEnv(): string | undefined {
  const process = Reflect.get(globalThis, 'process') as { env?: Record<string, string | undefined> } | undefined
  try {
    return process?.env?.['NODE_ENV']
  } catch {
    // Deno denies the question unless it was started with --allow-env.
    return undefined
  }
}

/** Checks every option and fills in the defaults. Throws `SessionConfigError` naming the option and the fix. */
export function settingsOf(options: CommonOptions, identifier: Identifier = platform.randomBytes): Settings {
  const attributes = cookieAttributes(options)
  const { strategy = 'default', bind = [], onConflict = 'merge', audience = '' } = options
  if (typeof strategy !== 'function') oneOf('strategy', strategy, Object.keys(STRATEGIES))
  const idLength = whole('idLength', options.idLength ?? 32, 16, 64)
  oneOf('onConflict', onConflict, ['merge', 'mine', 'theirs', 'throw'])
  for (const fact of bind) oneOf('bind', fact, FACTS)
  return {
    name: cookieName(options.name, attributes),
    audience,
    times: timesOf(options),
    attributes,
    maxCookies: whole('cookie.maxCookies', options.cookie?.maxCookies ?? 3, 1, MOST_CHUNKS),
    maxBytes: whole('cookie.maxBytes', options.cookie?.maxBytes ?? 12_000, 256, 4096 * MOST_CHUNKS),
    persistent: options.persistent ?? false,
    // In one order: apps that share sessions may list the same facts in another.
    bind: FACTS.filter((fact) => bind.includes(fact)),
    strategyName: typeof strategy === 'function' ? 'own function' : strategy,
    strategy: typeof strategy === 'function' ? checked(strategy) : STRATEGIES[strategy as keyof typeof STRATEGIES],
    onConflict,
    lock: lockSettings(options.lock),
    trustedHops: whole('trustedHops', options.trustedHops ?? 0, 0, 100),
    autoTouch: options.autoTouch ?? true,
    dataVersion: whole('version', options.version ?? 0, 0, 65_535),
    idLength,
    newId: () => identifier(idLength),
  }
}

/** Any other answer, such as a promise, would count as `keep`, and `regenerate()` do nothing. */
const checked =
  (strategy: Strategy): Strategy =>
  (facts) => {
    const answer = strategy(facts)
    oneOf('strategy(…)', answer, ['keep', 'rotate'])
    return answer
  }

/** A request on an old id follows its successor instead of rotating again: one lineage, however many run at once. */
const STRATEGIES: Record<'default' | 'regenerate', Strategy> = {
  default: ({ verb, handedOff }) => (verb === 'regenerate' && !handedOff ? 'rotate' : 'keep'),
  regenerate: ({ handedOff }) => (handedOff ? 'keep' : 'rotate'),
}

function timesOf(options: CommonOptions): Times {
  const deadline = (name: 'idle' | 'rolling' | 'absolute', fallback: Seconds): Seconds => {
    const value = options[name] ?? fallback
    return value === false ? Infinity : whole(name, value, 1, LONGEST, ' seconds, or false')
  }
  const idle = deadline('idle', 900)
  const rolling = deadline('rolling', 3600)
  const part = (name: 'renew' | 'touchEvery', fallback: Seconds, whole_: Seconds, of: string): Seconds => {
    const value = options[name]
    if (value === undefined) return Math.min(fallback, Math.floor(whole_ / 2))
    if (value >= whole_) throw wrong(name, value, `less than \`${of}\` (${whole_} seconds)`)
    return whole(name, value, 0, LONGEST, ' seconds')
  }
  return {
    idle,
    rolling,
    absolute: deadline('absolute', 86_400),
    renew: part('renew', 600, rolling, 'rolling'),
    touchEvery: part('touchEvery', 60, idle, 'idle'),
    discard: whole('discard', options.discard ?? 10, 0, 3600, ' seconds'),
    rememberRolling: whole('remember.rolling', options.remember?.rolling ?? 604_800, 1, LONGEST, ' seconds'),
    rememberAbsolute: whole('remember.absolute', options.remember?.absolute ?? 2_592_000, 1, LONGEST, ' seconds'),
  }
}

function cookieAttributes({ name = '', cookie = {} }: CommonOptions): CookieAttributes {
  const { path = '/', domain, partitioned = false, priority, secure = 'auto' } = cookie
  // A partitioned cookie is for other sites' frames, where Lax would withhold it.
  const { sameSite = partitioned ? 'none' : 'lax' } = cookie
  oneOf('cookie.sameSite', sameSite, ['lax', 'strict', 'none'])
  if (priority !== undefined) oneOf('cookie.priority', priority, ['low', 'medium', 'high'])
  if (!PATH.test(path)) throw wrong('cookie.path', path, 'a path that starts with /, in ASCII, without ; and ,')
  if (domain !== undefined && (!HOST.test(domain) || domain.length > 253))
    throw wrong('cookie.domain', domain, 'a host name')
  const demanded = /^__(host|secure|http)-/i.test(name) || partitioned || sameSite === 'none'
  if (demanded && secure === false)
    throw wrong('cookie.secure', secure, 'true: the name prefix, `partitioned` or `sameSite: none` demands it')
  return {
    path,
    ...(domain === undefined ? {} : { domain }),
    secure: secure === 'auto' ? demanded || isProduction() : secure,
    httpOnly: true,
    sameSite,
    ...(partitioned ? { partitioned } : {}),
    ...(priority === undefined ? {} : { priority }),
  }
}

function cookieName(name: string | undefined, { secure, path, domain }: CookieAttributes): string {
  const isHostOnly = path === '/' && domain === undefined
  if (name === undefined) return secure ? (isHostOnly ? '__Host-session' : '__Secure-session') : 'session'
  if (!NAME.test(name) || name.length > 128) throw wrong('name', name, 'a cookie name of letters, digits, - and _')
  const prefix = /^__(?:host-http|host|secure|http)-/i.exec(name)?.[0]
  if (prefix && !['__Host-', '__Secure-', '__Http-', '__Host-Http-'].includes(prefix))
    throw wrong('name', name, 'the exact spelling __Host- or __Secure-: browsers compare it that way')
  if (prefix?.startsWith('__Host-') && !isHostOnly)
    throw wrong('name', name, '__Secure-… instead: a __Host- cookie has no `domain` and the path /')
  return name
}

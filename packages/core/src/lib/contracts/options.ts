import type { Adoption } from './adoption.ts'
import type { SessionEvent } from './event.ts'
import type { AesOptions, Cipher, Compressor, Encoder, Hmac, Identifier, PartName, Parts, Serializer } from './parts.ts'
import type { PersistenceFactory } from './persistence.ts'
import type { ClientFacts, CookieAttributes } from './request.ts'
import type { StandardSchema } from './schema.ts'
import type { Bytes, Milliseconds, Seconds, SessionStore } from './store.ts'

/** `base64:…` or `hex:…` text is decoded, any other text is taken as UTF-8. At least 32 bytes. */
export type Secret = string | Bytes

/** What the strategy knows when it decides. */
export interface RotationFacts {
  readonly verb: 'save' | 'regenerate'
  /** Seconds since the session was last saved or renewed. */
  readonly age: Seconds
  /** This request arrived on an old id and was led to its successor. */
  readonly handedOff: boolean
}

/** The whole of a strategy. Hand-off, compare-and-set and clean-up are the engine's; a sign-in always rotates. */
export type Strategy = (facts: RotationFacts) => 'keep' | 'rotate'

/** A client fact that a session can be bound to. */
export type BindableFact = Exclude<keyof ClientFacts, 'host'>

export interface CookieOptions {
  /** Default `/`. A `__Host-` name demands it. */
  readonly path?: string
  /** Default: none, the cookie belongs to this host only. */
  readonly domain?: string
  /** Default `lax`, or `none` with `partitioned`. `none` demands Secure. */
  readonly sameSite?: NonNullable<CookieAttributes['sameSite']>
  /** Default `'auto'`: on, unless NODE_ENV is `development` or `test`. Decided once, at construction. */
  readonly secure?: boolean | 'auto'
  /** Default `false`. CHIPS; demands Secure. */
  readonly partitioned?: boolean
  readonly priority?: NonNullable<CookieAttributes['priority']>
  /** Most cookies one session may take. Default 3. */
  readonly maxCookies?: number
  /** Most octets, names and values together, over all cookies of one session. Default 12,000. */
  readonly maxBytes?: number
}

/** What to do when two requests changed the same value. Default `'merge'`. */
export type OnConflict = 'merge' | 'mine' | 'theirs' | 'throw'

/** All times are in seconds; `false` switches a deadline off. */
export interface TimeOptions {
  /** Ends when not used for this long. Default 900. */
  readonly idle?: Seconds | false
  /** Must be saved or renewed within this time. Default 3600. */
  readonly rolling?: Seconds | false
  /** Ends this long after creation or sign-in; nothing extends it. Default 86,400. */
  readonly absolute?: Seconds | false
  /** Renew the rolling deadline when less than this is left of it. Default 600, at most half of `rolling`. */
  readonly renew?: Seconds
  /** Write down at most this often that the session was used. Default 60, at most half of `idle`. */
  readonly touchEvery?: Seconds
  /** For how long a rotated id still leads to its successor. Default 10. */
  readonly discard?: Seconds
  /** The deadlines of a session signed in with `remember: true`. Default 7 days and 30 days. */
  readonly remember?: { readonly rolling?: Seconds; readonly absolute?: Seconds }
}

/** Waiting for other requests of the same session; see {@link SessionOptions.lock}. */
export interface LockOptions {
  /** How long to wait for the lock, then `SessionLockTimeoutError`. Default 5. */
  readonly wait?: Seconds
  /** How long a lock outlives a holder that died. A live holder renews it three times as often. Default 10. */
  readonly lease?: Seconds
  /** How long a request may hold the lock at most, should it never close its session. Default 60. */
  readonly hold?: Seconds
  /** The first pause between two attempts; each further one is longer by `stepRatio`. Default 5. */
  readonly firstStep?: Milliseconds
  /** Default 1.5. */
  readonly stepRatio?: number
  /** The longest pause. Default 30. */
  readonly longestStep?: Milliseconds
}

/** The options that choose no part: those are {@link PartOptions}. */
export interface BasicOptions<D extends object> extends TimeOptions {
  /**
   * One secret, or several with the newest first: the newest seals, all open. Missing in development, one is made and
   * kept; missing in production, the first use throws `SessionConfigError`.
   */
  readonly secret?: Secret | readonly Secret[] | undefined
  /** The whole cookie name. Default `__Host-session` where the cookie is Secure, else `session`. */
  readonly name?: string
  /** Separates apps that share secret and name: a cookie of one audience is refused by another. Default empty. */
  readonly audience?: string
  /** Old cookies to take over, each once and until a date, so that a change of library logs nobody out. */
  readonly adopt?: readonly Adoption[]
  readonly cookie?: CookieOptions
  /** Write Max-Age, so the cookie survives the browser being closed. Default `false`. */
  readonly persistent?: boolean
  /** Refuse a session presented with other client facts than it was created with. Default none. */
  readonly bind?: readonly BindableFact[]
  /** How many reverse proxies in front are trusted to set X-Forwarded-For / -Proto. Default 0. */
  readonly trustedHops?: number
  /** Whether bindings touch and renew by themselves. Default `true`. */
  readonly autoTouch?: boolean
  /**
   * A Standard Schema: validates data on load (refusal `schema`) and on save (`SessionDataError`). What it returns is
   * what the app sees, so it must be JSON, and the schema must accept it again.
   */
  readonly schema?: StandardSchema<unknown, D>
  /** The shape of the data, 0–65,535. Default 0. */
  readonly version?: number
  /** Turns data of another version into today's shape; what it throws becomes the refusal `schema`. */
  readonly migrate?: (data: Record<string, unknown>, from: number) => object
  readonly onConflict?: OnConflict
  /**
   * One request of a session after the other: `start()` waits for the lock, `save()`, `destroy()` and `close()` free
   * it, `open()` never waits. For handlers that act on what they read, such as a payment; otherwise compare-and-set and
   * merging lose nothing either, and nobody waits. Needs a store with a lock. Default `false`.
   */
  readonly lock?: boolean | LockOptions
  /** Called for everything that happens. What it throws is ignored. */
  readonly onEvent?: (event: SessionEvent) => void
  /** Length of a session id in bytes, 16–64. Default 32. */
  readonly idLength?: number
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
  /** Environment variables that were ignored, for `describe()`. `sessionOptionsFromEnv` fills it in. */
  readonly ignoredEnvironment?: readonly string[]
}

/**
 * Every part that can be exchanged: a built-in by its name, an object (built-ins with settings are in
 * `@sojourn/core/parts`), or one of your own by the name that it has in `parts`.
 */
export interface PartOptions {
  /** Where records are kept. Omitted: the cookie itself carries the session. Text: one of `parts.store`. */
  readonly store?: string | SessionStore | undefined
  /**
   * How state lives between requests, instead of the native cookie or record: `restyV4({ secret })`, `iron({ password })`
   * or one of your own. What its format cannot keep is a `SessionConfigError`.
   */
  readonly persistence?: string | PersistenceFactory | undefined
  /** Default `'default'`: rotate on regenerate. `'regenerate'`: also on every save. */
  readonly strategy?: PartName<'default' | 'regenerate'> | Strategy
  /** What encrypts. Default `'aes'`. `'none'`: readable by everyone who has the cookie, and signed. */
  readonly cipher?: PartName<'aes' | 'chacha20-poly1305' | 'none'> | Cipher
  /** For `cipher: 'aes'`. Default AES-256-GCM. */
  readonly aes?: AesOptions
  /** What authenticates after a cipher that does not: `aes` in the modes cbc and ctr, `none`. Default `'sha256'`. */
  readonly hmac?: PartName<'sha256' | 'sha384' | 'sha512' | 'sha1'> | Hmac
  /** What turns data into text. Default `'json'`. */
  readonly serializer?: PartName<'json'> | Serializer
  /** Default `'none'`. Anything else tells, by the length of the cookie, something of its content (CRIME, BREACH). */
  readonly compressor?: PartName<'none' | 'deflate' | 'gzip'> | Compressor
  /** How a cookie's value is written. Default `'base64url'`, which `'base64'` means as well. */
  readonly encoder?: PartName<'base64url' | 'base64' | 'hex'> | Encoder
  /** Makes session ids. Default `'random'`. */
  readonly identifier?: PartName<'random'> | Identifier
  /** Parts of your own, to choose by name: `{ cipher: { mine }, store: { mysql } }`. */
  readonly parts?: Parts
}

export interface SessionOptions<D extends object> extends BasicOptions<D>, PartOptions {}

/** The options after names were looked up. What takes part in sealing has become a suite. */
export interface ChosenOptions<D extends object> extends BasicOptions<D> {
  readonly store?: SessionStore | undefined
  readonly persistence?: PersistenceFactory | undefined
  readonly strategy?: 'default' | 'regenerate' | Strategy
}

/** The options that do not depend on the type of the data. */
export type CommonOptions = Omit<SessionOptions<object>, 'schema'>

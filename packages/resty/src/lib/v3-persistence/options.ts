import type { Bytes, PersistenceContext } from '@sojourn/core/persistence'
import { SessionConfigError } from '@sojourn/core/persistence'
import { toUtf8 } from '../shared/encoding.ts'
import { secretOfDevelopment } from '../shared/secrets.ts'
import { type V3FormatOptions, v3Format } from '../v3/format.ts'
import type { V3Settings } from '../v3/settings.ts'
import type { V3Storage } from '../v3/storage-names.ts'

/** What both sides must agree on, under the names of lua-resty-session 3.x; times and cookie are those of the sessions. */
export interface RestyV3Options extends Omit<V3FormatOptions, 'secret' | 'strategy' | 'storage' | 'cookie'> {
  /**
   * Raw, as nginx has it: text counts as UTF-8 and nothing is decoded. The first one writes, all read. Missing in
   * development, the workspace's own is taken; missing in production, the first use throws `SessionConfigError`.
   */
  readonly secret?: V3FormatOptions['secret'] | undefined
  /** `cookie.maxsize`: the most characters of one cookie. Default 4000. */
  readonly maxsize?: number
  /** Of the keys in a store: `redis.prefix`, `memcache.prefix` or, of DSHM, the `region`. Default `sessions`. */
  readonly prefix?: string
  /** How keys are written, where the store's name does not tell: it is none of these, nor `memory`. */
  readonly keys?: V3Storage
}

/** Stands for a secret that is not known yet, while everything else is checked. */
const LATER: Bytes = new Uint8Array(1)

/**
 * The settings of the format. A secret that was not given is looked for when it is first needed: a build may evaluate
 * the configuration where no secret is known.
 * @throws SessionConfigError for options that are wrong, weak, or that 3.x cannot serve
 */
export function v3SettingsOf(options: RestyV3Options, context: PersistenceContext): V3Settings {
  const { secret, maxsize, prefix: _prefix, keys: _keys, ...format } = options
  const { rolling, idle } = context.times
  refuseWhatCannotBe(context)
  const settings = v3Format({
    ...format,
    // Only `undefined` is a secret that comes later: `null` must not become one that everybody knows.
    secret: secret === undefined ? LATER : secret,
    strategy: strategyOf(context),
    storage: context.store ? 'server' : 'cookie',
    cookie: { lifetime: rolling, idletime: idle === Infinity ? 0 : idle, ...(maxsize !== undefined && { maxsize }) },
  })
  if (secret !== undefined) return settings
  let found: V3Settings['secrets'] | undefined
  return {
    ...settings,
    get secrets() {
      found ??= [toUtf8(secretOfDevelopment('restyV3({ secret })'))]
      return found
    },
  }
}

function refuseWhatCannotBe({ times, store, attributes }: PersistenceContext): void {
  if (times.rolling === Infinity)
    throw new SessionConfigError('`rolling: false`: a resty-v3 session always has a lifetime. Give it one in seconds.')
  if (store && times.idle < Infinity)
    throw new SessionConfigError(
      '`idle` with a store: lua-resty-session 3.x destroys a session in a server storage when it touches it (#123). ' +
        'Leave `idle` out, on both sides, or keep sessions in cookies.',
    )
  if (attributes.partitioned)
    throw new SessionConfigError(
      '`cookie.partitioned`: lua-resty-session 3.x cannot set it, and would set a second cookie beside. Leave it out.',
    )
}

function strategyOf({ strategyName }: PersistenceContext): 'default' | 'regenerate' {
  if (strategyName === 'default' || strategyName === 'regenerate') return strategyName
  throw new SessionConfigError(
    "`strategy` is a function, and both sides must have the same one: 'default' or 'regenerate', as $session_strategy.",
  )
}

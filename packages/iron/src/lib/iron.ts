import type { PersistenceFactory, SessionReader } from '@sojourn/core/persistence'
import { type IronPassword, passwordsOf } from './passwords.ts'
import { ironPersistence } from './persistence.ts'
import { resemblesSeal } from './seal.ts'

export interface IronOptions {
  /**
   * iron-session's own. Missing in development, one is made and kept; missing in production, the first use throws
   * `SessionConfigError`, so that a build needs none.
   */
  readonly password: IronPassword | undefined
}

/** iron-session's default `ttl`. */
const FOURTEEN_DAYS = 1_209_600

/**
 * The cookies of iron-session 8 and 9, for `persistence` and `adopt`. `rolling` is its `ttl` (`false` is 0), `name` its
 * `cookieName`, and `cookie: { maxCookies: 4 }` its `chunk: true`.
 *
 * @example
 * createSessions({ persistence: iron({ password: process.env.SESSION_PASSWORD }), name: 'my-app' })
 *
 * @throws SessionConfigError for a password that is too short, and for an id that is not a whole number.
 */
export function iron({ password }: IronOptions): PersistenceFactory & SessionReader {
  const given = password ? passwordsOf(password) : undefined
  return {
    name: 'iron',
    defaults: {
      rolling: FOURTEEN_DAYS,
      idle: false,
      absolute: false,
      persistent: true,
      cookie: { maxCookies: 1 },
    },
    refuses: {
      secret: 'give it to `iron({ password })`',
      store: 'a seal lives in cookies; leave the store out, or leave `persistence` out to use it natively',
      idle: 'a seal only knows when it expires; set `rolling`, which is the `ttl` of iron-session',
      absolute: 'a seal does not know when its session began; set `rolling`, which is the `ttl` of iron-session',
      touchEvery: 'there is no `idle` limit that a touch would extend; set `renew`',
      remember: 'nobody is signed in by `signIn()` here; set `rolling`',
      discard: 'a seal stays good until it expires, whatever is written after it; leave it out',
      strategy: 'a seal stays good until it expires, whatever is written after it; leave it out',
      audience: 'a seal is good for whoever has the password; give each app a password of its own',
      bind: 'a seal has no place for it; keep the fact in the data, and compare it yourself',
      version: 'a seal has no place for it; keep the version in the data, and let `schema` bring it up to date',
      migrate: 'a seal has no place for a version; let `schema` bring the data up to date',
      idLength: 'a seal has no id; leave it out',
      identifier: 'a seal has no id; leave it out',
      onConflict: 'nothing is merged: the last response that sets the cookie wins; leave it out',
      lock: 'it needs a store, and a seal lives in cookies; leave it out',
    },
    resembles: resemblesSeal,
    create: (context) => ironPersistence(context, given),
  }
}

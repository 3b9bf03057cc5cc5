import { type PersistenceFactory, SessionConfigError, type SessionReader } from '@sojourn/core/persistence'
import { base64url } from '../shared/encoding.ts'
import { V4_HEADER_TEXT_LENGTH } from '../v4/header.ts'
import { type RestyV4Options, restyV4Settings } from './options.ts'
import { ownApi, type RestyV4Api } from './own-api.ts'
import { v4Persistence } from './persistence.ts'
import { DEFAULTS, REFUSED_OPTIONS } from './refused-options.ts'
import { type Setup, setupOf } from './setup.ts'

/** For `persistence`, for `adopt`, and what lua-resty-session has besides. */
export type RestyV4 = PersistenceFactory & SessionReader & RestyV4Api

/**
 * Sessions in the format of lua-resty-session 4.x, byte for byte: OpenResty and this app hold the same ones. Without a
 * `store` they are in their cookies, with one they are records under the keys that lua-resty-session gives them.
 *
 * @example
 * const resty = restyV4({ secret: process.env.SESSION_SECRET })
 * const sessions = createSessions({ persistence: resty, store: redisStore({ host }) })
 *
 * @throws SessionConfigError naming the option that is wrong
 */
export function restyV4(options: RestyV4Options = {}): RestyV4 {
  const settings = restyV4Settings(options)
  let setup: Setup | undefined
  return {
    name: 'resty-v4',
    defaults: DEFAULTS,
    refuses: REFUSED_OPTIONS,

    resembles: (value) =>
      value.length >= V4_HEADER_TEXT_LENGTH && base64url.decode(value.slice(0, V4_HEADER_TEXT_LENGTH))?.[0] === 1,

    create(context) {
      setup = setupOf(settings, context)
      return v4Persistence(setup)
    },

    ...ownApi(() => {
      if (setup) return setup
      throw new SessionConfigError('Give this restyV4 to createSessions, as `persistence`, before you ask it anything.')
    }),
  }
}

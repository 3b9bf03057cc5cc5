import type {
  Bytes,
  Persistence,
  PersistenceContext,
  PersistenceFactory,
  SessionReader,
} from '@sojourn/core/persistence'
import { platform } from '#crypto'
import { base64url, toUtf8 } from '../shared/encoding.ts'
import { weaknessOfSecrets } from '../shared/secrets.ts'
import { isV3Chunk } from '../v3/chunks.ts'
import type { V3Settings } from '../v3/settings.ts'
import { v3CookieSessions } from './cookie-sessions.ts'
import { expireV3Cookies } from './cookies.ts'
import { type RestyV3Options, v3SettingsOf } from './options.ts'
import { v3RecordSessions } from './record-sessions.ts'
import { V3Records } from './records.ts'
import { REFUSED_OPTIONS } from './refused-options.ts'
import { restyV3Warnings } from './warnings.ts'

const LEAST_ENGINE_ID = 16
const MOST_ENGINE_ID = 64
const FINGERPRINT_LENGTH = 24
const FINGERPRINT = toUtf8('sojourn/resty-v3 session.id')

/**
 * The sessions of lua-resty-session 3.x: `createSessions({ persistence: restyV3({ secret }) })` and an OpenResty with
 * the same secret hold one session, in cookies or in a store that both use. With `adopt`, it takes old ones over.
 *
 * Times, strategy, cookie and store are those of the sessions: `rolling` is the lifetime, `renew` and `discard` are
 * themselves, `idle` is idletime and off by default. There is no `signIn()`, for the format has no place for a subject.
 */
export function restyV3(options: RestyV3Options = {}): PersistenceFactory & SessionReader {
  const idLength = options.random?.length ?? LEAST_ENGINE_ID
  return {
    name: 'resty-v3',
    defaults: {
      name: 'session',
      idle: false,
      absolute: false,
      idLength: Math.min(Math.max(idLength, LEAST_ENGINE_ID), MOST_ENGINE_ID),
    },
    refuses: REFUSED_OPTIONS,
    resembles: (value) => /^[\w-]+\|[1-9]\d{9}(?::[1-9]\d{9})?\|/.test(value),
    create: (context) => persistence(options, context),
  }
}

function persistence(options: RestyV3Options, context: PersistenceContext): Persistence {
  const { store, name } = context
  const settings = v3SettingsOf(options, context)
  const secrets = secretsIn(options)
  const weakness = secrets && weaknessOfSecrets('resty-v3', secrets)
  return {
    name: 'resty-v3',
    traits: {
      merges: false,
      revokes: store !== undefined,
      overwrites: store?.atomic === false,
      signsIn: false,
      setsCookieOn: new Set(['create', 'save', 'touch', 'rotate', 'destroy']),
    },
    owns: (cookieName) => isV3Chunk(name, cookieName),
    ...(store
      ? v3RecordSessions(context, settings, new V3Records(store, settings, options))
      : v3CookieSessions(context, settings)),
    clear: (call) => expireV3Cookies(call, context, settings.maxSize),
    fingerprint: (id) => fingerprintOf(settings, id),
    ...(secrets && { secrets: secrets.length }),
    warnings: [...restyV3Warnings(options, context), ...(weakness ? [weakness] : [])],
  }
}

function secretsIn({ secret }: RestyV3Options): readonly (string | Bytes)[] | undefined {
  if (secret === undefined) return undefined
  return typeof secret === 'string' || ArrayBuffer.isView(secret) ? [secret] : secret
}

/** Safe to show: the id itself is half of what a cookie needs. */
async function fingerprintOf({ secrets: [newest] }: V3Settings, id: Bytes): Promise<() => string> {
  const mac = await platform.hmac('sha256', newest, FINGERPRINT, id)
  const shown = base64url.encode(mac.subarray(0, FINGERPRINT_LENGTH))
  return () => shown
}

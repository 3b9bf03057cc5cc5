import type { FormatFromEnv } from '@sojourn/core/persistence'
import { count, readVariables, SessionConfigError, secret, secretList, type VariableFor } from '@sojourn/core/store'
import { iron } from './iron.ts'
import type { IronPassword } from './passwords.ts'

interface Settings {
  readonly newest?: string
  readonly older?: readonly string[]
  readonly newestId?: number
}

const ours: readonly VariableFor<Pick<Settings, 'newest' | 'older'>>[] = [
  { name: 'SESSION_SECRET', setting: 'newest', parse: secret },
  { name: 'SESSION_SECRET_FALLBACKS', setting: 'older', parse: secretList },
]

const own: readonly VariableFor<Pick<Settings, 'newestId'>>[] = [
  {
    name: 'SESSION_IRON_PASSWORD_ID',
    setting: 'newestId',
    parse: (variable) =>
      count(variable, 'the id of SESSION_SECRET in the password map of iron-session', 0, 999_999_999),
  },
]

/**
 * `SESSION_FORMAT=iron`, for `sessionOptionsFromEnv`. `SESSION_SECRET` is iron-session's password, and
 * `SESSION_SECRET_FALLBACKS` has older ones, the newest first. Their ids count down to 1, or from
 * `SESSION_IRON_PASSWORD_ID`.
 *
 * @example
 * createSessions({ ...sessionOptionsFromEnv(process.env, { formats: [ironFromEnv] }) })
 */
export const ironFromEnv: FormatFromEnv = {
  names: ['iron'],
  variables: own.map(({ name }) => name),
  takes: ours.map(({ name }) => name),
  create: (env) => {
    const settings: Settings = { ...readVariables(env, ours), ...readVariables(env, own) }
    return { persistence: iron({ password: passwordOf(settings) }) }
  },
}

function passwordOf({ newest, older = [], newestId = older.length + 1 }: Settings): IronPassword | undefined {
  if (newest === undefined && older.length > 0)
    throw new SessionConfigError('SESSION_SECRET_FALLBACKS holds older secrets. Set SESSION_SECRET to the newest one.')
  if (newest === undefined) return undefined
  if (newestId < older.length)
    throw new SessionConfigError(
      `SESSION_IRON_PASSWORD_ID is ${newestId}, which leaves no ids for the ${older.length} older secrets.`,
    )
  return Object.fromEntries([newest, ...older].map((password, at) => [newestId - at, password]))
}

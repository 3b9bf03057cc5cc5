import { developmentSecret } from '@sojourn/core'
import { isProduction, parseSecrets, SessionConfigError, warnOnce } from '@sojourn/core/persistence'

/**
 * What iron-session calls `password`: one, which has the id 1, or several by their ids, which are whole numbers. The one
 * with the highest id seals, all open. At least 32 characters each, taken as they are.
 */
export type IronPassword = string | Readonly<Record<string, string>>

export interface Passwords {
  /** The id of the one that seals. */
  readonly newestId: string
  readonly newest: string
  /** A Map: no id that a cookie names finds anything but a password (`constructor`, `__proto__`). */
  readonly byId: ReadonlyMap<string, string>
}

/** iron-webcrypto refuses shorter ones. */
const LEAST_LENGTH = 32
/** As `Number` writes it: of any other spelling, iron-session would seal under one id and look for another. */
const ID = /^(?:0|[1-9]\d{0,8})$/
const encoder = new TextEncoder()

/**
 * Checks the passwords.
 * @throws SessionConfigError naming a password by its id, never by its value.
 */
export function passwordsOf(password: IronPassword): Passwords {
  const byId = new Map(Object.entries(typeof password === 'string' ? { 1: password } : password))
  for (const [id, secret] of byId) check(id, secret)
  const newestId = String([...byId.keys()].reduce((newest, id) => Math.max(newest, Number(id)), -1))
  const newest = byId.get(newestId)
  if (newest === undefined) throw new SessionConfigError("`password` has no entry. Use { 1: '…' }.")
  return { newestId, newest, byId }
}

function check(id: string, secret: unknown): void {
  if (!ID.test(id))
    throw new SessionConfigError(
      `\`password\` has the id ${JSON.stringify(id)}. Ids are whole numbers: { 1: '…', 2: '…' }.`,
    )
  if (typeof secret !== 'string') throw new SessionConfigError(`\`password[${id}]\` is not text.`)
  if (secret.length < LEAST_LENGTH)
    throw new SessionConfigError(
      `\`password[${id}]\` has ${secret.length} characters. iron-session takes ${LEAST_LENGTH} or more.`,
    )
}

/**
 * What is wrong with passwords by the rules for secrets of ours; said on the console as well, once. One iteration of
 * PBKDF2 protects none that can be guessed.
 */
export function weaknessOf({ byId }: Passwords): string | undefined {
  try {
    // As bytes: text may begin with `base64:`, which means nothing here.
    parseSecrets([...byId.values()].map((secret) => encoder.encode(secret)))
    return undefined
  } catch (error) {
    const message = `A password of iron is weak: ${error instanceof Error ? error.message : String(error)}`
    warnOnce(message)
    return message
  }
}

/**
 * The password of this workspace, where none was given.
 * @throws SessionConfigError in production, or where none can be kept
 */
export function passwordOfDevelopment(): string {
  const secret = isProduction() ? undefined : developmentSecret()
  if (secret) return secret
  throw new SessionConfigError('`password` is missing. Give `iron` the password of iron-session (SESSION_SECRET).')
}

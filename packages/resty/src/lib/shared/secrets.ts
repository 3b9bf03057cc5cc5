import { developmentSecret } from '@sojourn/core'
import { type Bytes, isProduction, parseSecrets, SessionConfigError, warnOnce } from '@sojourn/core/persistence'
import { toUtf8 } from './encoding.ts'

/**
 * The secret of this workspace, where none was given.
 * @throws SessionConfigError in production, or where none can be kept
 */
export function secretOfDevelopment(option: string): string {
  const secret = isProduction() ? undefined : developmentSecret()
  if (secret) return secret
  throw new SessionConfigError(`\`${option}\` is missing. Give the secret of the nginx that shares the sessions.`)
}

/**
 * What is wrong with raw secrets, by the rules for secrets of ours. They are nginx's choice, so that is no error; it is
 * said on the console, once.
 */
export function weaknessOfSecrets(format: string, secrets: readonly (string | Bytes)[]): string | undefined {
  try {
    // As bytes: text may begin with `base64:`, which means nothing in these formats.
    parseSecrets(secrets.map((secret) => (typeof secret === 'string' ? toUtf8(secret) : secret)))
    return undefined
  } catch (error) {
    const message = `A secret of ${format} is weak: ${error instanceof Error ? error.message : String(error)}`
    warnOnce(message)
    return message
  }
}

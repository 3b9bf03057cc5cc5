import type { Environment } from '../env/read-variables.ts'
import { type EnvironmentExtras, sessionOptionsFromEnv } from '../env/session-options-from-env.ts'
import { SessionConfigError } from '../errors.ts'

/** The message of the `SessionConfigError` that these variables lead to. */
export function refusalOf(env: Environment, extras?: EnvironmentExtras): string {
  try {
    sessionOptionsFromEnv(env, extras)
  } catch (error) {
    if (error instanceof SessionConfigError) return error.message
    throw error
  }
  throw new Error('These variables were accepted.')
}

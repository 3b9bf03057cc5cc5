import type { PersistenceFactory } from '../contracts/persistence.ts'
import type { Environment } from './read-variables.ts'

/** How `SESSION_FORMAT` chooses a foreign format, and which variables set it up. */
export interface FormatFromEnv {
  /** The values of `SESSION_FORMAT` that choose it: `resty-v4`. */
  readonly names: readonly string[]
  /** Variables of its own, so that a misspelt one is found. */
  readonly variables: readonly string[]
  /** Variables of ours that it reads itself: `SESSION_SECRET`, `SESSION_CHECK_UA` … They give no option then. */
  readonly takes: readonly string[]
  /** @throws SessionConfigError naming the variable that is wrong or missing. */
  readonly create: (env: Environment) => FormatSettings
}

/** What a format's variables ask for. */
export interface FormatSettings {
  readonly persistence: PersistenceFactory
  /** Variables that are accepted and do nothing here, for `describe()`. */
  readonly ignored?: readonly string[]
}

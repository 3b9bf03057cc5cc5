/**
 * For writers of persistences (a foreign format, a strategy of your own): the contract, and what every one of them does
 * with cookies and times. Apps use a persistence's own package instead.
 * @module
 */
export { type CookieFormat, cookieReader, type FoundSession } from './lib/adoption/cookie-reader.ts'
export type { BindableFact, CommonOptions } from './lib/contracts/options.ts'
export type {
  Call,
  Judge,
  Moment,
  Opened,
  OpenResult,
  Persistence,
  PersistenceContext,
  PersistenceFactory,
  Sealer,
  SessionReader,
  Step,
  StepResult,
  SubjectSessions,
  Times,
  Unsealed,
} from './lib/contracts/persistence.ts'
export type { ClientFacts, CookieAttributes, Jar, ReadJar } from './lib/contracts/request.ts'
export type { Claims, Refusal, State } from './lib/contracts/state.ts'
export type { Bytes, CallOptions, Revision, Seconds, SessionStore, Stored, Written } from './lib/contracts/store.ts'
export { type Candidate, candidatesFor, presentValues } from './lib/cookies/chunks.ts'
export { fromBase64url, toBase64url } from './lib/crypto/base64url.ts'
export { isLoopback } from './lib/engine/facts.ts'
export type { FormatFromEnv, FormatSettings } from './lib/env/format-from-env.ts'
export { type Environment, readVariables, type VariableFor } from './lib/env/read-variables.ts'
export { decodeState, encodeState } from './lib/envelope/payload.ts'
export { parseSecrets } from './lib/envelope/secrets.ts'
export { SessionConfigError, SessionError, SessionUnsupportedError } from './lib/errors.ts'
export { fingerprintUnder } from './lib/persistence/fingerprint.ts'
export { openOne, settableJar } from './lib/persistence/session-cookies.ts'
export { isProduction } from './lib/settings/settings.ts'
export { remaining, storeUntil } from './lib/settings/times.ts'
export { warnOnce } from './lib/warn-once.ts'

/**
 * Sessions: encrypted in cookies by default, in a store when one is given.
 * @module
 */
import { withAdoption } from './lib/adoption/with-adoption.ts'
import type { SessionOptions } from './lib/contracts/options.ts'
import type { Sessions } from './lib/contracts/sessions.ts'
import { locks } from './lib/engine/locks.ts'
import { merging } from './lib/engine/merging.ts'
import { listSessions, revokeSessions } from './lib/engine/subjects.ts'
import { SessionConfigError } from './lib/errors.ts'
import { checkOptionKinds } from './lib/option-kinds.ts'
import { chooseParts } from './lib/parts/choose-parts.ts'
import { cookiePersistence } from './lib/persistence/cookie.ts'
import { guardedStore } from './lib/persistence/guarded-store.ts'
import { recordPersistence } from './lib/persistence/record.ts'
import { assembleSessions } from './lib/sessions.ts'

/**
 * Creates sessions from a configuration: encrypted in the cookie itself or, with `store`, as sealed records under the
 * id that the cookie carries.
 * @throws SessionConfigError when an option is wrong; a missing secret is reported at the first use.
 */
export function createSessions<D extends object>(given: SessionOptions<D> = {}): Sessions<D> {
  checkOptionKinds(given)
  const { options, suite } = chooseParts(given)
  const { adopt = [], store, persistence } = options
  const adopts = adopt.length > 0
  if (adopts && persistence)
    throw new SessionConfigError('`adopt` makes native sessions out of old ones: leave out `adopt` or `persistence`.')
  if (!store && !persistence && !adopts) return assembleSessions(options, { persistence: cookiePersistence, suite })
  return assembleSessions(options, {
    persistence: (context) => {
      const guarded = store && guardedStore(store, (error) => void context.report({ type: 'store-error', error }))
      if (persistence) return persistence.create({ ...context, store: guarded })
      const own = guarded ? recordPersistence(context, guarded) : cookiePersistence(context)
      return adopts ? withAdoption(own, adopt, context, suite.format) : own
    },
    merging: merging(),
    locks,
    subjects: { list: listSessions, revoke: revokeSessions },
    store,
    suite,
  })
}

export { developmentSecret } from '#development-secret'
export type { Adoption } from './lib/contracts/adoption.ts'
export type { SessionEvent } from './lib/contracts/event.ts'
export type {
  BindableFact,
  CookieOptions,
  LockOptions,
  OnConflict,
  PartOptions,
  RotationFacts,
  Secret,
  SessionOptions,
  Strategy,
  TimeOptions,
} from './lib/contracts/options.ts'
export type {
  AesOptions,
  Cipher,
  Compressor,
  Encoder,
  Hmac,
  Identifier,
  PartName,
  Parts,
  Serializer,
} from './lib/contracts/parts.ts'
export type {
  Call,
  IdLock,
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
export type { ClientFacts, CookieAttributes, Jar, ReadJar, RequestContext } from './lib/contracts/request.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './lib/contracts/schema.ts'
export type { Deadlines, ReadonlySession, Session } from './lib/contracts/session.ts'
export type {
  Description,
  Outcome,
  RevokeOptions,
  SessionInfo,
  Sessions,
  SubjectOptions,
} from './lib/contracts/sessions.ts'
export type { Claims, Refusal, State } from './lib/contracts/state.ts'
export type {
  Bytes,
  CallOptions,
  Expect,
  Milliseconds,
  Revision,
  Seconds,
  SessionStore,
  Stored,
  StoreIndex,
  StoreLimits,
  StoreLock,
  StoreNotice,
  Written,
} from './lib/contracts/store.ts'
export { HeaderJar } from './lib/cookies/jar.ts'
export type { FormatFromEnv, FormatSettings } from './lib/env/format-from-env.ts'
export type { Environment } from './lib/env/read-variables.ts'
export {
  type EnvironmentExtras,
  type EnvironmentOptions,
  sessionOptionsFromEnv,
} from './lib/env/session-options-from-env.ts'
export type { StoreFromEnv, StoreSettings } from './lib/env/store-from-env.ts'
export {
  SessionClosedError,
  SessionConfigError,
  SessionConflictError,
  SessionDataError,
  SessionError,
  type SessionErrorCode,
  SessionGoneError,
  SessionLockLostError,
  SessionLockTimeoutError,
  SessionReadOnlyError,
  SessionTooLargeError,
  SessionUnavailableError,
  SessionUnsupportedError,
} from './lib/errors.ts'
export { type MemoryStore, type MemoryStoreOptions, memoryStore } from './lib/stores/memory.ts'

/** Every code an error of this library can carry. */
export type SessionErrorCode =
  | 'session_config'
  | 'session_data'
  | 'session_too_large'
  | 'session_conflict'
  | 'session_gone'
  | 'session_read_only'
  | 'session_closed'
  | 'session_unavailable'
  | 'session_lock_timeout'
  | 'session_lock_lost'
  | 'session_unsupported'

/** What all faults have in common: a `code` from a closed set and, where there is one, the `cause`. */
export abstract class SessionError extends Error {
  abstract readonly code: SessionErrorCode
  /** The HTTP status a binding answers with when this error ends a request. */
  readonly status: number = 500
  /** Written out in each class: minifiers shorten class names. */
  abstract override readonly name: string
}

/** An option is wrong, missing or contradicts another. The message names it and the fix. */
export class SessionConfigError extends SessionError {
  readonly name = 'SessionConfigError'
  readonly code = 'session_config'
}

/** Session data holds something JSON would change or drop, or that the schema refuses. `path` says where. */
export class SessionDataError extends SessionError {
  readonly name = 'SessionDataError'
  readonly code = 'session_data'
  readonly path: string
  constructor(message: string, path: string, options?: ErrorOptions) {
    super(message, options)
    this.path = path
  }
}

/** The session does not fit its cookies. `bytes` tells what each top-level key takes. The old session is intact. */
export class SessionTooLargeError extends SessionError {
  readonly name = 'SessionTooLargeError'
  readonly code = 'session_too_large'
  override readonly status = 413
  readonly bytes: Readonly<Record<string, number>>
  constructor(message: string, bytes: Readonly<Record<string, number>>) {
    super(message)
    this.bytes = bytes
  }
}

/** Another request changed the same list, or the same value with `onConflict: 'throw'`. Nothing was written. */
export class SessionConflictError extends SessionError {
  readonly name = 'SessionConflictError'
  readonly code = 'session_conflict'
  override readonly status = 409
  readonly paths: readonly string[]
  constructor(message: string, paths: readonly string[]) {
    super(message)
    this.paths = paths
  }
}

/** The session was destroyed, or replaced by a sign-in, while this request held it. Nothing was written. */
export class SessionGoneError extends SessionError {
  readonly name = 'SessionGoneError'
  readonly code = 'session_gone'
  override readonly status = 410
}

/** The step must set a cookie and the framework forbids it here. Nothing was written. */
export class SessionReadOnlyError extends SessionError {
  readonly name = 'SessionReadOnlyError'
  readonly code = 'session_read_only'
}

/** The handle was used after `close()`, or after its response was sent. Nothing was written. */
export class SessionClosedError extends SessionError {
  readonly name = 'SessionClosedError'
  readonly code = 'session_closed'
}

/** The store could not be asked. Says nothing about the session: leave its cookie alone. */
export class SessionUnavailableError extends SessionError {
  readonly name = 'SessionUnavailableError'
  readonly code = 'session_unavailable'
  override readonly status = 503
}

/** Another request held the session's lock for all of `lock.wait`. The session is as it was: ask again later. */
export class SessionLockTimeoutError extends SessionError {
  readonly name = 'SessionLockTimeoutError'
  readonly code = 'session_lock_timeout'
  override readonly status = 503
}

/** This request no longer held the lock, and another one wrote the session since. Nothing was written. */
export class SessionLockLostError extends SessionError {
  readonly name = 'SessionLockLostError'
  readonly code = 'session_lock_lost'
  override readonly status = 409
}

/**
 * For stores to throw: the server is there and refuses, because it is full, read-only for this user, or the like. Apps
 * see a `SessionUnavailableError` with this as its cause; unlike other faults it does not count as a store that is down.
 */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError'
}

/** The chosen persistence or store cannot do this. */
export class SessionUnsupportedError extends SessionError {
  readonly name = 'SessionUnsupportedError'
  readonly code = 'session_unsupported'
}

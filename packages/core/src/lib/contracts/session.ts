import type { Refusal } from './state.ts'

/** When a session ends, each deadline by itself; `null` where it is switched off or there is no session. */
export interface Deadlines {
  readonly idle: Date | null
  readonly rolling: Date | null
  readonly absolute: Date | null
}

/** A session where it can be read and not written, such as a Next Server Component. */
export interface ReadonlySession<D extends object> {
  /** A keyed hash of the session id: safe to log and to show; the same in all events. Empty until the first write. */
  readonly id: string
  /** Whether the request carries a session (or one was saved in it). */
  readonly present: boolean
  /** Why the presented cookie was not honoured. For logs: never show it to the client. */
  readonly refusal: Refusal | undefined
  /** Who is signed in. */
  readonly subject: string | undefined
  /** Past its fresh deadlines and kept alive by "remember me": ask for the password before anything sensitive. */
  readonly remembered: boolean
  readonly expires: Deadlines
  readonly data: Readonly<Partial<D>>
}

/**
 * One request's handle on a session. Its verbs run one after another in the order of the calls.
 *
 * All verbs may throw `SessionReadOnlyError` (the framework forbids cookies here), `SessionGoneError` (destroyed or
 * replaced by a sign-in meanwhile), `SessionUnavailableError` (store fault) and `SessionClosedError`.
 */
export interface Session<D extends object> extends Omit<ReadonlySession<D>, 'data'>, AsyncDisposable {
  data: Partial<D>
  /**
   * Writes what changed; does nothing when nothing did. With a store, changes made by others meanwhile are merged.
   * @throws SessionConflictError, SessionTooLargeError, SessionDataError
   */
  save(): Promise<void>
  /**
   * Changes data exactly: `change` runs on the newest data, with this handle's unsaved changes already in it, and
   * again whenever another request wrote in between (at most 40 times). It must be synchronous and may run often.
   * @throws SessionConflictError, SessionTooLargeError, SessionDataError
   */
  update(change: (data: Partial<D>) => void): Promise<void>
  /** Renews the idle deadline (and the rolling one when due) without writing data. */
  touch(): Promise<void>
  /** A new id for the same session, saved. The old id leads to the new one for `discard` seconds. */
  regenerate(options?: { readonly flush?: boolean }): Promise<void>
  /**
   * Signs `subject` in: a new id, no grace for the old one, the absolute deadline starts again, saved. The only way
   * to set `subject`, so a session cannot be fixated by forgetting to change its id (OWASP, CWE-384). The data goes
   * along, except that of another subject: who signs in over somebody else's session starts with empty data.
   */
  signIn(subject: string, options?: { readonly remember?: boolean }): Promise<void>
  /** Ends the session and deletes its cookies. The handle is then a new, empty session. */
  destroy(): Promise<void>
  /** Releases what the handle holds. Writing to it afterwards throws `SessionClosedError`. */
  close(): Promise<void>
}

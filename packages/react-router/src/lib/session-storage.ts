import { createSessions, type SessionOptions } from '@sojourn/core'
import { type SessionStorage, type StorageOptions, sessionStorageOf } from '@sojourn/core/session-storage'
import { createSession } from 'react-router'

/** All of core's options, and what the app knows of the client. */
export interface SessionStorageOptions<D extends object> extends SessionOptions<D>, StorageOptions {}

/**
 * A drop-in for what React Router's `createCookieSessionStorage` returns, for apps that commit by hand. `D` is the
 * data of a session, `F` what may be flashed. New apps are better off with the middleware of `createSessions`.
 * @throws SessionConfigError when an option is wrong
 */
export function createSessionStorage<D extends object, F = D>(
  options: SessionStorageOptions<D> = {},
): SessionStorage<D, F> {
  const { clientFacts, ...sessionOptions } = options
  return sessionStorageOf<D, F>(createSessions<D>(sessionOptions), createSession, { clientFacts })
}

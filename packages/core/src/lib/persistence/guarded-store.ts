import type { CallOptions, SessionStore } from '../contracts/store.ts'
import { SessionError, SessionUnavailableError } from '../errors.ts'

/**
 * The same store with every fault as `SessionUnavailableError`: what the store throws says nothing about the session,
 * so nobody may take it for "not found".
 */
export function guardedStore(store: SessionStore, onFault: (error: unknown) => void): SessionStore {
  const guard = async <T>(verb: string, options: CallOptions | undefined, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (cause) {
      // Who gives up waiting is no fault of the store.
      if (options?.signal?.aborted) throw cause
      onFault(cause)
      if (cause instanceof SessionError) throw cause
      throw new SessionUnavailableError(`The ${store.name} store did not ${verb} the session.`, { cause })
    }
  }
  const { index, lock, [Symbol.asyncDispose]: dispose } = store
  return {
    name: store.name,
    holds: store.holds,
    atomic: store.atomic,
    keyOf: (id) => store.keyOf(id),
    read: (key, options) => guard('read', options, () => store.read(key, options)),
    write: (key, bytes, expiresAt, expect, options) =>
      guard('write', options, () => store.write(key, bytes, expiresAt, expect, options)),
    delete: (key, options) => guard('delete', options, () => store.delete(key, options)),
    ...(lock && {
      lock: {
        acquire: (key, token, lease, options) => guard('lock', options, () => lock.acquire(key, token, lease, options)),
        renew: (key, token, lease, options) => guard('lock', options, () => lock.renew(key, token, lease, options)),
        release: (key, token, options) => guard('unlock', options, () => lock.release(key, token, options)),
      },
    }),
    ...(index && {
      index: {
        add: (set, member, expiresAt, options) =>
          guard('index', options, () => index.add(set, member, expiresAt, options)),
        remove: (set, member, options) => guard('index', options, () => index.remove(set, member, options)),
        members: (set, options) => guard('list', options, () => index.members(set, options)),
      },
    }),
    ...(dispose && { [Symbol.asyncDispose]: () => dispose.call(store) }),
  }
}

import type { SessionStore } from '../contracts/store.ts'
import { SessionError, SessionUnavailableError } from '../errors.ts'

/**
 * The same store with every fault as `SessionUnavailableError`: what the store throws says nothing about the session,
 * so nobody may take it for "not found".
 */
export function guardedStore(store: SessionStore, onFault: (error: unknown) => void): SessionStore {
  const guard = async <T>(verb: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (cause) {
      onFault(cause)
      if (cause instanceof SessionError) throw cause
      throw new SessionUnavailableError(`The ${store.name} store did not ${verb} the session.`, { cause })
    }
  }
  const { index, lock } = store
  return {
    name: store.name,
    holds: store.holds,
    atomic: store.atomic,
    keyOf: (id) => store.keyOf(id),
    read: (...call) => guard('read', () => store.read(...call)),
    write: (...call) => guard('write', () => store.write(...call)),
    delete: (...call) => guard('delete', () => store.delete(...call)),
    ...(lock && { lock }),
    ...(index && {
      index: {
        add: (...call) => guard('index', () => index.add(...call)),
        remove: (...call) => guard('index', () => index.remove(...call)),
        members: (...call) => guard('list', () => index.members(...call)),
      },
    }),
  }
}

import type { Session } from '../contracts/session.ts'
import type { BareSession, CreateSession, StorageSession } from './contract.ts'

/**
 * Gives a session the framework's methods. Each call runs the framework's own session over the data as it is now, so
 * that the data has one home, whoever changes it: these methods, `update`, `regenerate({ flush })` or `destroy`.
 */
export function withMethods<D extends object, F>(
  session: Session<D>,
  createSession: CreateSession,
): StorageSession<D, F> {
  const run = <R>(operate: (bare: BareSession) => R): R => {
    const data: object = session.data
    const bare = createSession({ ...data }, session.id)
    const result = operate(bare)
    replace(data, bare.data)
    return result
  }
  const methods: Omit<BareSession, 'id' | 'data'> = {
    has: (name) => run((bare) => bare.has(name)),
    get: (name) => run((bare) => bare.get(name)),
    set: (name, value) => run((bare) => bare.set(name, value)),
    flash: (name, value) => run((bare) => bare.flash(name, value)),
    unset: (name) => run((bare) => bare.unset(name)),
  }
  // The methods know names as text and values as unknown; D and F are the caller's word, as in the framework.
  return Object.assign(session, methods) as StorageSession<D, F>
}

/** In place, so that a reference to `session.data` stays good; by definition, so that `__proto__` is only a key. */
function replace(target: object, source: object): void {
  for (const key of Object.keys(target)) if (!Object.hasOwn(source, key)) Reflect.deleteProperty(target, key)
  Object.defineProperties(target, Object.getOwnPropertyDescriptors(source))
}

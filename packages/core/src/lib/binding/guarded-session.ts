import type { Session } from '../contracts/session.ts'
import type { SessionError } from '../errors.ts'

/** Why the session cannot be changed at this moment, if so. */
export type Refuse = () => SessionError | undefined

const verbs: ReadonlySet<PropertyKey> = new Set<keyof Session<object>>([
  'save',
  'update',
  'touch',
  'regenerate',
  'signIn',
  'destroy',
])

/**
 * The same session, except that closing it is left to its request, which others may share, and that it cannot be
 * changed while `refuse` gives an error: its verbs reject with that error, and assigning to its data throws it.
 */
export function guardSession<D extends object>(session: Session<D>, refuse: Refuse): Session<D> {
  return new Proxy(session, {
    get(target, key) {
      if (key === 'data') return refuse() ? guardData(target.data, refuse) : target.data
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return (...input: readonly unknown[]): unknown => {
        if (key === 'close' || key === Symbol.asyncDispose) return Promise.resolve()
        const error = verbs.has(key) ? refuse() : undefined
        return error ? Promise.reject(error) : Reflect.apply(value, target, input)
      }
    },
    set(target, key, value) {
      assertOpen(refuse)
      return Reflect.set(target, key, value, target)
    },
  })
}

function guardData<T extends object>(data: T, refuse: Refuse): T {
  return new Proxy(data, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      return isContainer(value) ? guardData(value, refuse) : value
    },
    set(target, key, value) {
      assertOpen(refuse)
      return Reflect.set(target, key, value)
    },
    defineProperty(target, key, descriptor) {
      assertOpen(refuse)
      return Reflect.defineProperty(target, key, descriptor)
    },
    deleteProperty(target, key) {
      assertOpen(refuse)
      return Reflect.deleteProperty(target, key)
    },
  })
}

function assertOpen(refuse: Refuse): void {
  const error = refuse()
  if (error) throw error
}

/** Objects that data is made of; others (a schema may give a Date) only work as themselves. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

import type { SessionStore } from '../contracts/store.ts'
import { StoreRefusedError } from '../errors.ts'
import type { MemoryStore } from '../stores/memory.ts'

/** A step that a store is asked for. */
export type StoreStep = 'read' | 'write' | 'delete' | 'index.add' | 'index.remove'

/** What goes wrong with a step: it did not happen, it happened and nobody was told, or the store said no. */
export type Fault = 'before' | 'after' | 'refused'

export class StoreFault extends Error {}

/**
 * The store, with a fault wherever `faultOf` names one; `nth` counts the steps from 0. What it threw says which step
 * it was and nothing else.
 */
export function faultyStore(
  store: MemoryStore,
  faultOf: (step: StoreStep, nth: number) => Fault | undefined,
): SessionStore {
  let steps = 0
  const take = async <T>(name: StoreStep, step: () => Promise<T>): Promise<T> => {
    const fault = faultOf(name, steps++)
    if (fault === 'refused') throw new StoreRefusedError(`${name} was refused`)
    if (fault === 'before') throw new StoreFault(`${name} did not happen`)
    const result = await step()
    if (fault === 'after') throw new StoreFault(`nobody knows of this ${name}`)
    return result
  }
  return {
    name: store.name,
    holds: store.holds,
    atomic: store.atomic,
    keyOf: store.keyOf,
    read: (...call) => take('read', () => store.read(...call)),
    write: (...call) => take('write', () => store.write(...call)),
    delete: (...call) => take('delete', () => store.delete(...call)),
    index: {
      add: (...call) => take('index.add', () => store.index.add(...call)),
      remove: (...call) => take('index.remove', () => store.index.remove(...call)),
      members: (set) => store.index.members(set),
    },
  }
}

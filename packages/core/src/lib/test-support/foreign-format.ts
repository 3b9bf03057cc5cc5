import type { PersistenceFactory } from '../contracts/persistence.ts'

/** A format that nobody asks for anything but what it is. */
export const foreignFormat = (name: string, others: Partial<PersistenceFactory> = {}): PersistenceFactory => ({
  name,
  create: () => ({
    name,
    traits: { merges: false, revokes: false, overwrites: false, setsCookieOn: new Set() },
    owns: () => false,
    open: async () => ({ ok: false, refusal: 'missing' }),
    step: async () => ({ ok: false, why: 'gone' }),
    clear: () => undefined,
  }),
  ...others,
})

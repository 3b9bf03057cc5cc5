import { testSessionStore } from '@sojourn/testing'
import type { RedisStore } from '../src/lib/store.ts'

/** Runs the conformance suite, also from a second process, on stores that functions of `stores.ts` open. */
export function testStores(kinds: Readonly<Record<string, () => RedisStore>>): void {
  for (const [name, open] of Object.entries(kinds))
    testSessionStore({
      name,
      create: open,
      otherProcess: { module: new URL('./stores.ts', import.meta.url), export: open.name },
      capabilities: { countsWrites: false },
    })
}

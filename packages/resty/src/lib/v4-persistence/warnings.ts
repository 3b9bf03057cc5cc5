import type { Setup } from './setup.ts'

/** What deserves a second look, for `describe()`. */
export function warningsOf({ context: { store, times } }: Setup, weakness: string | undefined): readonly string[] {
  const found = weakness === undefined ? [] : [weakness]
  if (store) {
    found.push(
      `Each save makes a new record, and the one before lives for ${times.discard} seconds more, also after destroy().`,
      'Two saves at a time leave two records: destroy() ends the one whose cookie the browser has, the other one expires.',
    )
    if (!store.atomic)
      found.push(`The ${store.name} store does not compare when it writes: a save may undo a destroy() that it met.`)
  }
  return found
}

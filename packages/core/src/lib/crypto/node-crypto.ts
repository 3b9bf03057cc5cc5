import type * as NodeCrypto from 'node:crypto'

let loaded: typeof NodeCrypto | undefined

/** Loading node:crypto takes milliseconds of a cold start, so it waits for the first use. */
export function nodeCrypto(): typeof NodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto')
  return loaded
}

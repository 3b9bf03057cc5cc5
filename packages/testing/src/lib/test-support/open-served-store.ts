import type { SessionStore } from '@sojourn/core'
import { servedStore } from './served-store.ts'

/** For another process: the store that `SERVED_STORE` names. */
export function openStore(): SessionStore {
  return servedStore(process.env['SERVED_STORE'] ?? '')
}

/** The same, of which one write in ten is forgotten. */
export function openForgetfulStore(): SessionStore {
  const store = servedStore(process.env['SERVED_STORE'] ?? '')
  let writes = 0
  return {
    ...store,
    write: async (key, ...rest) => {
      const before = await store.read(key)
      const written = await store.write(key, ...rest)
      if (written.ok && ++writes % 10 === 0)
        await (before ? store.write(key, before.bytes, rest[1], 'any') : store.delete(key))
      return written
    },
  }
}

import type { Identifier } from '@sojourn/core/parts'

/** Six bytes of time and the rest by chance, like a UUID of version 7: records lie in the order of their creation. */
export const timedIds: Identifier = (length) => {
  const id = crypto.getRandomValues(new Uint8Array(length))
  const now = Date.now()
  for (let at = 0; at < 6; at++) id[at] = Math.floor(now / 256 ** (5 - at))
  return id
}

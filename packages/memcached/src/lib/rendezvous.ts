/**
 * Chooses a server for every key (rendezvous hashing): each key has an order of preference of its own. The same list
 * gives the same choice everywhere, in whatever order it is written; adding or removing one of n servers moves 1/n of
 * the keys.
 */
export function rendezvous<T extends { readonly label: string }>(servers: readonly T[]): (key: string) => T {
  const seeded = servers.map((server) => ({ server, seed: hashOf(server.label) }))
  seeded.sort((a, b) => (a.server.label < b.server.label ? -1 : 1))
  const [first, ...others] = seeded
  if (!first) throw new RangeError('There must be a server.')
  if (others.length === 0) return () => first.server
  return (key) => {
    const hash = hashOf(key)
    let chosen = first
    let highest = -1
    for (const candidate of seeded) {
      const score = mixed(hash ^ candidate.seed)
      if (score > highest) {
        chosen = candidate
        highest = score
      }
    }
    return chosen.server
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** The last step of MurmurHash3: every bit of the input changes half of the output. */
function mixed(hash: number): number {
  let mix = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) >>> 0
}

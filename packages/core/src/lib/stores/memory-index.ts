import type { Seconds, StoreIndex } from '../contracts/store.ts'
import { StoreRefusedError } from '../errors.ts'
import { lookAround, type MemorySpace } from './memory-space.ts'

/** Sets in memory: at most `maxEntries` members and `maxBytes` bytes of names, over all sets together. */
export function memoryIndex(space: MemorySpace, maxBytes: number, maxEntries: number, now: () => number): StoreIndex {
  const { sets, memberWalk } = space
  const isLive = (expiresAt: Seconds): boolean => expiresAt * 1000 > now()

  function collectExpired(looks: number): void {
    lookAround(memberWalk, looks, ([set, member]) => {
      const expiresAt = sets.get(set)?.get(member)
      if (expiresAt !== undefined && !isLive(expiresAt)) removeMember(set, member)
    })
  }

  function removeMember(set: string, member: string): void {
    const members = sets.get(set)
    if (!members?.delete(member)) return
    if (members.size === 0) sets.delete(set)
    space.members--
    space.memberBytes -= sizeOf(set, member)
  }

  const isFull = (size: number): boolean => space.members >= maxEntries || space.memberBytes + size > maxBytes

  /** Counts one member in. */
  function makeRoom(size: number): void {
    collectExpired(isFull(size) ? space.members : 2)
    if (isFull(size))
      throw new StoreRefusedError(`The memory store's index is full: it holds ${space.members} members.`)
    space.members++
    space.memberBytes += size
  }

  return {
    async add(set: string, member: string, expiresAt: Seconds): Promise<void> {
      if (!isLive(expiresAt)) return
      const known = sets.get(set)?.get(member)
      if (known === undefined) makeRoom(sizeOf(set, member))
      const members = sets.get(set) ?? new Map<string, Seconds>()
      sets.set(set, members.set(member, Math.max(known ?? 0, expiresAt)))
    },

    async remove(set: string, member: string): Promise<void> {
      removeMember(set, member)
    },

    async members(set: string): Promise<readonly string[]> {
      const live: string[] = []
      for (const [member, expiresAt] of sets.get(set) ?? []) {
        if (isLive(expiresAt)) live.push(member)
        else removeMember(set, member)
      }
      return live
    },
  }
}

/** Names are ASCII, so a character is a byte. */
const sizeOf = (set: string, member: string): number => set.length + member.length

import { writeSync } from 'node:fs'

const STEP = 1024 * 1024
let zeros: Uint8Array | undefined

/**
 * Makes the file longer by at least `bytes`, with space that is really there. When LMDB itself meets a full file system
 * it damages the memory of the process, so every page it may need is taken from the file system beforehand. Appending
 * never overwrites what another process has put at the end.
 * @throws Error of the file system when it has no space.
 */
export function extendFile(descriptor: number, bytes: number = STEP): void {
  zeros ??= new Uint8Array(STEP)
  for (let missing = Math.ceil(bytes / STEP) * STEP; missing > 0; )
    missing -= writeSync(descriptor, zeros, 0, Math.min(missing, STEP))
}

import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new folder in memory, where the system has any such. Whoever makes it removes it. */
export const folderInMemory = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sojourn-test-'))

export const folderOnDisk = (): string => mkdtempSync(join(tmpdir(), 'sojourn-test-'))

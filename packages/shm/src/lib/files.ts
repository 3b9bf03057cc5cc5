import { randomUUID } from 'node:crypto'
import { chmodSync, linkSync, lstatSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SessionConfigError, StoreRefusedError } from '@sojourn/core/store'

/** Room for 600 readers, allocated at once: the lock file is mapped, and a page that cannot be had ends the process. */
const LOCK_BYTES = 40_960
const MEBIBYTE = 1024 ** 2
/** What the file needs beside what it holds, at most: pages that are being replaced. */
const SPARE_BYTES = 6 * MEBIBYTE

export const sizeHint = 'Raise the option size, or SESSION_SHM_SIZE.'
export const folderHint = 'Choose another folder by the option path, or SESSION_SHM_PATH.'

/**
 * Makes the files of a dictionary where they are missing, and refuses them where somebody else could read or change
 * them: `/dev/shm` is open to all users of a host. Existing files are never opened here: to close one would release the
 * locks that another thread of this process holds on it.
 * @returns the path of the data file; its lock file has `-lock` behind that.
 * @throws SessionConfigError naming the folder, and what to do; StoreRefusedError where there is no space.
 */
export function prepareFiles(path: string, name: string, size: number): string {
  const folder = join(path, `sojourn-${process.geteuid?.() ?? 'data'}`)
  const file = join(folder, `${name}.mdb`)
  try {
    makeFolder(folder)
    requireSpace(folder, size + Math.min(SPARE_BYTES, size + MEBIBYTE) - (sizeOf(file) ?? 0))
    makeFile(`${file}-lock`, LOCK_BYTES)
    makeFile(file, 0)
  } catch (cause) {
    if (cause instanceof SessionConfigError || cause instanceof StoreRefusedError) throw cause
    throw new SessionConfigError(`shmStore cannot use ${file}. ${folderHint}`, { cause })
  }
  return file
}

/** The folder above counts as well: nobody else may put another folder in the place of ours. */
function makeFolder(folder: string): void {
  const above = dirname(folder)
  mkdirSync(above, { recursive: true, mode: 0o700 })
  unlessExisting(() => mkdirSync(folder, { mode: 0o700 }))
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw new SessionConfigError(`${folder} is no folder. Remove it. ${folderHint}`)
  if (!process.geteuid) return
  refuseStrangers(folder, found.uid)
  chmodSync(folder, 0o700)
  const { mode } = lstatSync(above)
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0)
    throw new SessionConfigError(`Every user may replace what is in ${above}. Run: chmod +t ${above}`)
}

/** Complete under another name first: another process may open it as soon as it has its own. */
function makeFile(file: string, bytes: number): void {
  if (sizeOf(file) === undefined) {
    const draft = `${file}-${randomUUID()}`
    try {
      writeFileSync(draft, new Uint8Array(bytes), { mode: 0o600, flag: 'wx' })
      unlessExisting(() => linkSync(draft, file))
    } finally {
      rmSync(draft, { force: true })
    }
  }
  const found = lstatSync(file)
  if (!found.isFile()) throw new SessionConfigError(`${file} is no file. Remove it. ${folderHint}`)
  if (!process.geteuid) return
  refuseStrangers(file, found.uid)
  chmodSync(file, 0o600)
}

function requireSpace(folder: string, needed: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free >= needed) return
  const problem = `shmStore needs ${mebibytes(needed)} more under ${folder}, and ${mebibytes(free)} are free.`
  throw new StoreRefusedError(`${problem} Make room, lower the option size (SESSION_SHM_SIZE), or: ${folderHint}`)
}

function refuseStrangers(file: string, owner: number): void {
  if (owner !== process.geteuid?.())
    throw new SessionConfigError(`${file} belongs to another user, who could read or change it. ${folderHint}`)
}

const sizeOf = (file: string): number | undefined => lstatSync(file, { throwIfNoEntry: false })?.size

const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(1)} MiB`

function unlessExisting(make: () => void): void {
  try {
    make()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { bytes, SessionConfigError } from '@sojourn/core/store'

/** How `shmStore` is set up. Without any of it: 10 MiB under `/dev/shm`. */
export interface ShmStoreOptions {
  /** The dictionary: stores of one name and path on a host share what they hold. Default `sessions`. */
  readonly name?: string
  /**
   * Most memory for what it holds, with keys and all overhead; the least recently used records go first. Bytes, or text
   * such as `500k`, `10m` or `1g`; at least `256k`. Default `10m`.
   */
  readonly size?: number | string
  /**
   * Where the files lie, in a folder of their own that belongs to this user. Default `/dev/shm`, and the folder for
   * temporary files on systems without it. On a disk, what the store holds outlives a restart of the host.
   */
  readonly path?: string
  /** The clock, epoch milliseconds. Default `Date.now`. */
  readonly now?: () => number
}

/** Options that are complete and checked. */
export interface Settings {
  readonly name: string
  readonly size: number
  readonly path: string
  /** Whether it should outlive the host, where the path allows that. */
  readonly isDurable: boolean
  readonly now: () => number
}

const SHARED_MEMORY = '/dev/shm'
const SMALLEST = 256 * 1024

/** @throws SessionConfigError naming the option that is wrong. */
export function checkedOptions(options: ShmStoreOptions): Settings {
  const { name = 'sessions', size = '10m', path, now = () => Date.now() } = options
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name))
    throw new SessionConfigError('shmStore: name must be 1 to 64 letters, digits, _ or -.')
  if (path !== undefined && (typeof path !== 'string' || path === ''))
    throw new SessionConfigError('shmStore: path must name a folder, such as /var/lib/my-app.')
  const most = bytes({ name: 'shmStore: size', text: String(size) })
  if (most < SMALLEST) throw new SessionConfigError(`shmStore: size must be 256k or more, not ${size}.`)
  return { name, size: most, path: resolve(path ?? defaultPath()), isDurable: path !== undefined, now }
}

const defaultPath = (): string => (existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir())

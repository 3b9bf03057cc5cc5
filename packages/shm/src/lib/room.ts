import { StoreRefusedError } from '@sojourn/core/store'
import { collectExpired } from './collect.ts'
import type { Dictionary } from './dictionary.ts'
import { evict } from './evict.ts'
import { extendFile } from './extend-file.ts'
import { folderHint, sizeHint } from './files.ts'
import { arePinned, countPages, type Pages } from './pages.ts'

/** The pages that one change replaces at most, each by another one, until the next transaction may use them again. */
const REPLACED = 16
/** For deleting and evicting, when nothing else is possible any more. */
const RESERVE = 64
/** Bytes that a file may grow beyond twice its size while a reader stands still. */
const LONGEST_EXCESS = 16 * 1024 * 1024
/** How long counted pages are good for, in milliseconds, although other processes add some: */
const COUNT_LIFE = 20
/** unless less than this part of the size is left. */
const TIGHT = 1 / 16
/** When a full file system is asked for space again, in milliseconds. */
const RETRY_AFTER = 1000

/** Keeps a dictionary within its size, and its file ahead of what LMDB needs. */
export class Room {
  readonly #dictionary: Dictionary
  #inSize = 0
  #inFile = 0
  #bytesPerPage = 0
  #countedAt = Number.NEGATIVE_INFINITY
  #making: Promise<void> | undefined

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** Whether a change may begin that adds up to `growth` pages. Otherwise `make` room, and look again. */
  has(growth: number): boolean {
    const cost = growth + REPLACED
    const isTight = growth > 0 && (this.#inSize - growth) * this.#bytesPerPage < this.#dictionary.size * TIGHT
    if (isTight || this.#inFile < cost || performance.now() - this.#countedAt > COUNT_LIFE)
      this.#dictionary.look(() => this.#count())
    if ((growth > 0 && this.#inSize < growth) || this.#inFile < cost) return false
    this.#inSize -= growth
    this.#inFile -= cost
    return true
  }

  /**
   * Lets go what has expired, then what was not used for longest.
   * @throws StoreRefusedError when nothing is left to let go, or the file system is full.
   */
  make(growth: number): Promise<void> {
    this.#making ??= this.#make(growth).finally(() => {
      this.#making = undefined
    })
    return this.#making
  }

  /** Taking away is always possible; it only has to be careful on a full file system. */
  prepareRemoval(): void {
    if (this.#inFile < REPLACED || performance.now() - this.#countedAt > COUNT_LIFE)
      this.#dictionary.look(() => this.#count())
    this.#inFile -= REPLACED
    if (this.#inFile >= 0) return
    try {
      this.#dictionary.look(() => this.#extend(REPLACED))
    } catch (error) {
      if (!(error instanceof StoreRefusedError)) throw error
    }
  }

  async #make(growth: number): Promise<void> {
    const dictionary = this.#dictionary
    while (true) {
      const pages = dictionary.look(() => this.#count())
      if (this.#inFile < growth + REPLACED) dictionary.look(() => this.#extend(growth + REPLACED))
      if (growth === 0 || this.#inSize >= growth) return
      if ((await collectExpired(dictionary, 64)) > 0) continue
      if ((await evict(dictionary, growth - this.#inSize, pages)) > 0) continue
      if (dictionary.shared.steps === 0)
        throw new StoreRefusedError(`shmStore is full of what it may not let go. ${sizeHint}`)
      // Not setImmediate: the changes under way may wait for a process that stands still.
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  #count(): Pages {
    const { size, shared } = this.#dictionary
    const pages = countPages(shared)
    const { used, free, fresh, bytesPerPage } = pages
    const at = performance.now()
    // Free pages may still be read by somebody. Where there are no others, half of them have to do.
    const isFull = shared.fullSince !== undefined && at - shared.fullSince < RETRY_AFTER
    const usable = isFull ? fresh + Math.floor(free / 2) : fresh
    this.#inSize = Math.floor(size / bytesPerPage) - used - shared.growth
    this.#inFile = usable - Math.min(shared.steps * REPLACED, used) - shared.growth - RESERVE
    this.#bytesPerPage = bytesPerPage
    this.#countedAt = at
    return pages
  }

  #extend(cost: number): void {
    const { shared } = this.#dictionary
    shared.records.readerCheck()
    this.#refuseEndlessGrowth()
    try {
      extendFile(shared.descriptor, (cost + RESERVE) * this.#bytesPerPage)
      shared.fullSince = undefined
    } catch (cause) {
      shared.fullSince = performance.now()
      const pages = this.#count()
      if (this.#inFile >= cost && !arePinned(shared, pages)) return
      throw new StoreRefusedError(`There is no space left for ${shared.file}. Make room, or: ${folderHint}`, { cause })
    }
  }

  /** A file that is much larger than what it holds, because of a reader that was stopped, would never end growing. */
  #refuseEndlessGrowth(): void {
    const { shared, size } = this.#dictionary
    const pages = this.#count()
    const extent = (pages.used + pages.free + pages.fresh) * pages.bytesPerPage
    if (extent > 2 * size + LONGEST_EXCESS && arePinned(shared, pages))
      throw new StoreRefusedError(`A process stands still while it reads ${shared.file}. Let it go on, or end it.`)
  }
}

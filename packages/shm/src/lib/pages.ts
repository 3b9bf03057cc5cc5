import { fstatSync } from 'node:fs'
import type { Shared } from './shared.ts'

/** How full a dictionary is, in pages. LMDB keeps these counts in the transactions that change them. */
export interface Pages {
  readonly bytesPerPage: number
  /** That hold something. */
  readonly used: number
  /** Of these, with locks and members of sets. */
  readonly held: number
  /** That were used once and may be used again. */
  readonly free: number
  /** At the end of the file, never used so far. */
  readonly fresh: number
  /** The transaction that was committed last. */
  readonly transaction: number
}

interface Tree {
  readonly pageSize: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly overflowPages: number
}

interface Stats extends Tree {
  readonly root: Tree
  readonly free: Tree
  readonly lastPageNumber: number
  readonly lastTxnId: number
}

/** Two pages say where the trees begin. */
const HEADER_PAGES = 2

export function countPages({ held, descriptor }: Shared): Pages {
  const stats = held.getStats() as Stats
  const used = pagesIn(stats.root) + pagesIn(stats)
  const touched = stats.lastPageNumber + 1
  return {
    bytesPerPage: stats.pageSize,
    used,
    held: pagesIn(stats),
    free: touched - used - pagesIn(stats.free) - HEADER_PAGES,
    fresh: Math.floor(fstatSync(descriptor).size / stats.pageSize) - touched,
    transaction: stats.lastTxnId,
  }
}

/** A reader in another process needs microseconds; one that saw this many commits go by stands still. */
const STANDS_STILL = 100

/** Whether a reader keeps all pages from being used again that were given up since it began. */
export function arePinned({ records }: Shared, { transaction }: Pages): boolean {
  const seen = [...records.readerList().matchAll(/(\d+)\n/g)].map(([, number]) => Number(number))
  return seen.some((number) => transaction - number > STANDS_STILL)
}

const pagesIn = (tree: Tree): number => tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages

/** The smallest pages LMDB makes. */
const SMALLEST_PAGE = 4096
/** A larger value has pages of its own. */
const LARGEST_ON_A_PAGE = 1900

/** The pages that one more value takes at most. */
export function pagesFor(bytes: number): number {
  return bytes <= LARGEST_ON_A_PAGE ? 1 : 1 + Math.ceil((bytes + 16) / SMALLEST_PAGE)
}

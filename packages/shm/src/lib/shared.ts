import { closeSync, openSync, statfsSync } from 'node:fs'
import type { Milliseconds } from '@sojourn/core/store'
import type { Database, RootDatabase } from 'lmdb'
import { extendFile } from './extend-file.ts'
import { prepareFiles } from './files.ts'
import type { Settings } from './options.ts'

/** Keys and values are octets; the first 8 of most values are a stamp that a write can be made to depend on. */
export type Table = Database<Uint8Array, Uint8Array>

/**
 * A dictionary that this thread has open: LMDB must not open a file twice. Plain data without methods, so that copies of
 * this module, as bundlers make them, can share it.
 */
export interface Shared {
  readonly file: string
  readonly records: RootDatabase<Uint8Array, Uint8Array>
  /** Locks and members of sets, which are never evicted. */
  readonly held: Table
  /** The data file, for appending. */
  readonly descriptor: number
  /** How many stores use it. */
  users: number
  isClosed: boolean
  /** Changes that LMDB is about to make. */
  steps: number
  /** How many pages these may add, and those that wait. */
  growth: number
  /** Changes that wait for others to end. */
  readonly waiting: (() => void)[]
  /** Since when the file system has had no space for a larger file: `performance.now()`. */
  fullSince: number | undefined
  /** When the records last used that were evicted last had been used: epoch milliseconds. */
  evictedFrom: Milliseconds | undefined
}

interface Registry {
  readonly open: Map<string, Promise<Shared>>
  readonly closing: Map<string, Promise<void>>
}

function registry(): Registry {
  const key: unique symbol = Symbol.for('sojourn.shm')
  const holder = globalThis as { [key]?: Registry }
  holder[key] ??= { open: new Map(), closing: new Map() }
  return holder[key]
}

/** Opens the dictionary, or joins the stores of this thread that have it open. */
export async function join(settings: Settings): Promise<Shared> {
  const { open, closing } = registry()
  const id = idOf(settings)
  await closing.get(id)
  const opening = open.get(id) ?? openFile(settings)
  open.set(id, opening)
  try {
    const shared = await opening
    // The last of its other users may have left it meanwhile.
    if (shared.isClosed) return await join(settings)
    shared.users++
    return shared
  } catch (error) {
    if (open.get(id) === opening) open.delete(id)
    throw error
  }
}

/** Closes the dictionary when nobody in this thread uses it any more. What it holds stays. */
export async function leave(settings: Settings): Promise<void> {
  const { open, closing } = registry()
  const id = idOf(settings)
  const shared = await open.get(id)
  if (!shared || --shared.users > 0) return
  open.delete(id)
  const closed = closeFile(shared).finally(() => closing.delete(id))
  closing.set(id, closed)
  await closed
}

const idOf = ({ path, name }: Settings): string => JSON.stringify([path, name])

async function closeFile(shared: Shared): Promise<void> {
  shared.isClosed = true
  while (shared.steps > 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await shared.records.close()
  closeSync(shared.descriptor)
}

async function openFile({ path, name, size, isDurable }: Settings): Promise<Shared> {
  const file = prepareFiles(path, name, size)
  const lmdb = await import('lmdb')
  const octets = { encoding: 'binary', keyEncoding: 'binary' } as const
  const records = lmdb.open<Uint8Array, Uint8Array>({
    path: file,
    noSubdir: true,
    maxDbs: 2,
    maxReaders: 500,
    mapSize: Math.max(4 * size, 64 * 1024 * 1024),
    noSync: !isDurable || isMemory(file),
    // Its promise for a whole turn is handed to nobody, so that a failed commit would end the process.
    eventTurnBatching: false,
    ...octets,
  })
  const descriptor = openSync(file, 'a')
  try {
    extendFile(descriptor)
    const held = records.openDB<Uint8Array, Uint8Array>('held', octets)
    return { ...unused(), file, records, held, descriptor }
  } catch (error) {
    closeSync(descriptor)
    await records.close()
    throw error
  }
}

const unused = (): Omit<Shared, 'file' | 'records' | 'held' | 'descriptor'> => ({
  users: 0,
  isClosed: false,
  steps: 0,
  growth: 0,
  waiting: [],
  fullSince: undefined,
  evictedFrom: undefined,
})

const TMPFS = 0x01_02_19_94
const RAMFS = 0x85_84_58_f6

/** Nothing there outlives the host: there is nothing to flush. */
const isMemory = (file: string): boolean => [TMPFS, RAMFS].includes(statfsSync(file).type)

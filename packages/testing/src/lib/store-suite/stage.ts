import type { Bytes, Seconds, SessionStore, StoreIndex, StoreLock } from '@sojourn/core'
import type { FakeClock } from '../fake-clock.ts'
import { forkStoreProcess, type StoreProcess } from '../other-process/fork-store-process.ts'
import type { StoreModule } from '../other-process/store-process.ts'
import type { Requirement, StoreCapabilities } from './capabilities.ts'

/** One rule of the store contract, as a test. */
export interface StoreTest {
  readonly title: string
  readonly needs?: Requirement
  readonly run: (stage: Stage) => Promise<void>
}

export interface StoreTestGroup {
  readonly title: string
  /** Applies to every test of the group. */
  readonly needs?: Requirement
  /** Tests of it wait for things to expire, so in real time they run side by side. */
  readonly waits?: boolean
  readonly tests: readonly StoreTest[]
}

/** What a test works with: two handles on the same data, and a clock that the store goes by. */
export interface Stage {
  readonly capabilities: StoreCapabilities
  readonly first: SessionStore
  readonly second: SessionStore
  /** One more handle on the same data. Whoever opens it disposes of it. */
  readonly open: () => Promise<SessionStore>
  /** Another process with a handle of its own on the same data. Started when it is first asked for. */
  readonly otherProcess: () => Promise<StoreProcess>
  /** Disposes of both handles and ends the other process. */
  readonly end: () => Promise<void>
  /** The complete key of an id that was never used. */
  readonly newKey: () => string
  /** A value that was never used, of octets the store can hold. From 256 bytes on it has all of those octets. */
  readonly newValue: (length?: number) => Bytes
  /** Epoch milliseconds. */
  readonly now: () => number
  /** The epoch second that is this many seconds away. */
  readonly inSeconds: (seconds: number) => Seconds
  /** Lets time pass until something has happened; returns when it was seen, in epoch seconds. */
  readonly until: (happened: () => Promise<boolean>, limit: Seconds) => Promise<number>
}

/** What has to be told of a store to test it. */
export interface StageOptions {
  readonly create: () => SessionStore | Promise<SessionStore>
  readonly capabilities: StoreCapabilities
  readonly clock?: FakeClock | undefined
  readonly otherProcess?: StoreModule | undefined
}

export async function openStage({ create, capabilities, clock, ...options }: StageOptions): Promise<Stage> {
  const [first, second] = [await create(), await create()]
  let other: Promise<StoreProcess> | undefined
  const now = clock?.now ?? Date.now
  const inSeconds = (seconds: number): Seconds => Math.floor(now() / 1000) + seconds

  return {
    capabilities,
    first,
    second,
    open: async () => await create(),
    otherProcess(): Promise<StoreProcess> {
      if (!options.otherProcess) throw new Error('There is no module for another process.')
      other ??= forkStoreProcess(options.otherProcess)
      return other
    },
    async end(): Promise<void> {
      for (const handle of [first, second]) await handle[Symbol.asyncDispose]?.()
      await (await other)?.end()
    },
    newKey: () => first.keyOf(randomText(43)),
    newValue: (length = 48) => (first.holds === 'ascii' ? asciiValue(length) : octetValue(length)),
    now,
    inSeconds,
    async until(happened: () => Promise<boolean>, limit: Seconds): Promise<number> {
      const end = now() + limit * 1000
      while (true) {
        const asked = now()
        if (await happened()) return now() / 1000
        if (asked > end) throw new Error(`It did not happen within ${limit} seconds.`)
        if (clock) clock.advance(0.25)
        else await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}

/** The lock of a store that was declared to have one. */
export function lockOf({ lock, name }: SessionStore): StoreLock {
  if (!lock) throw new Error(`The ${name} store has no lock.`)
  return lock
}

/** The index of a store that was declared to have one. */
export function indexOf({ index, name }: SessionStore): StoreIndex {
  if (!index) throw new Error(`The ${name} store has no index.`)
  return index
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Text as base64url makes it. */
export function randomText(length: number): string {
  return new TextDecoder().decode(asciiValue(length))
}

const asciiValue = (length: number): Bytes => octetValue(length).map((octet) => alphabet.charCodeAt(octet & 63))

function octetValue(length: number): Bytes {
  const octets = new Uint8Array(length)
  const most = 65_536 // getRandomValues takes no more at once
  for (let at = 0; at < length; at += most) crypto.getRandomValues(octets.subarray(at, at + most))
  if (length > 256) for (let octet = 0; octet < 256; octet++) octets[octet] = octet
  return octets
}

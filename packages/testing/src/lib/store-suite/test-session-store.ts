import type { SessionStore } from '@sojourn/core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { FakeClock } from '../fake-clock.ts'
import type { StoreModule } from '../other-process/store-process.ts'
import type { StoreCapabilities } from './capabilities.ts'
import { confirmationTests } from './confirmation-tests.ts'
import { connectionTests } from './connection-tests.ts'
import { expiryTests } from './expiry-tests.ts'
import { handleTests } from './handle-tests.ts'
import { indexTests } from './index-tests.ts'
import { keyTests } from './key-tests.ts'
import { lockTests } from './lock-tests.ts'
import { processTests } from './process-tests.ts'
import { raceTests } from './race-tests.ts'
import { skippedTests, titleOf } from './skipped-tests.ts'
import { openStage, type Stage, type StoreTestGroup } from './stage.ts'
import { valueTests } from './value-tests.ts'
import { writeTests } from './write-tests.ts'

export interface StoreSuiteOptions {
  /** The title in the test report: the store and how it is set up. */
  readonly name: string
  /**
   * Opens a handle. All handles must work on the same data, on connections of their own where there are any: this is
   * called several times, and what one handle writes the others must see. The suite disposes of all of them.
   */
  readonly create: () => SessionStore | Promise<SessionStore>
  /** What the store cannot do, or does otherwise. By default everything is expected of it. */
  readonly capabilities?: Partial<StoreCapabilities>
  /**
   * A module that opens the same store, for another process to join in: both must see the same data. It may be
   * TypeScript. The process inherits the environment. Without one, what takes two processes is skipped.
   */
  readonly otherProcess?: StoreModule
  /** The clock the store was given as `now`. Without one the suite waits for real. */
  readonly clock?: FakeClock
  /** Tests to leave out, by their full title (`group: test`), each with the reason that is printed. */
  readonly skip?: Readonly<Record<string, string>>
}

const groups: readonly StoreTestGroup[] = [
  writeTests,
  expiryTests,
  raceTests,
  processTests,
  valueTests,
  keyTests,
  handleTests,
  connectionTests,
  confirmationTests,
  indexTests,
  lockTests,
]

/** A test that waits for real takes a few seconds; one that takes this long hangs. */
const hangLimit = 60_000

/**
 * The conformance suite of the store contract: call it in a vitest file for each way a store can be set up. It works
 * with keys of its own and leaves other data alone, but disposing of the handles may empty the store.
 *
 * @example
 * const clock = fakeClock()
 * testSessionStore({ name: 'my store', create: () => myStore({ now: clock.now }), clock })
 */
export function testSessionStore(options: StoreSuiteOptions): void {
  const { name, create, clock, otherProcess, skip = {} } = options
  const capabilities: StoreCapabilities = {
    atomic: true,
    lock: true,
    index: true,
    countsWrites: true,
    emptyValues: true,
    largestValue: 1_048_576,
    expirySlack: clock ? 0 : 1,
    ...options.capabilities,
  }
  const noOtherProcess = otherProcess
    ? clock && 'another process does not see the fake clock'
    : 'no module was named for another process'
  const skipped = skippedTests(groups, { ...capabilities, noOtherProcess: noOtherProcess || undefined }, skip)
  let stage: Stage

  describe(`the ${name} store`, () => {
    beforeAll(async () => {
      stage = await openStage({ create, capabilities, clock, otherProcess })
      // biome-ignore lint/suspicious/noConsole: reporters keep the reason of a skip to themselves
      for (const [title, reason] of skipped) console.info(`the ${name} store: skipped "${title}": ${reason}`)
    })
    afterAll(async () => await stage.end())

    for (const group of groups)
      describe(group.title, { concurrent: group.waits === true && !clock }, () => {
        for (const rule of group.tests) {
          const reason = skipped.get(titleOf(group, rule))
          test(rule.title, { timeout: hangLimit }, async (context) => {
            if (reason !== undefined) context.skip(reason)
            await rule.run(stage)
          })
        }
      })
  })
}

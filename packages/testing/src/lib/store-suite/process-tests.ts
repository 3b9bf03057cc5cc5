import { expect } from 'vitest'
import { type JobName, type JobResults, type Jobs, jobs, numberBytes, numberOf } from '../other-process/jobs.ts'
import { all, compareAndSet, indexing, locking, twoProcesses } from './capabilities.ts'
import { indexOf, randomText, type Stage, type StoreTestGroup } from './stage.ts'
import { revisionOf } from './write-tests.ts'

/** The same job here and in another process, at the same time. */
async function inBoth<J extends JobName>(
  { first, otherProcess }: Stage,
  job: J,
  input: Jobs[J],
): Promise<readonly JobResults[J][]> {
  const other = await otherProcess()
  return await Promise.all([other.run(job, input), jobs[job](first, input)])
}

export const processTests: StoreTestGroup = {
  title: 'keeps processes apart',
  needs: twoProcesses,
  tests: [
    {
      title: 'and counts 500 parallel increments of two as 500',
      needs: compareAndSet,
      async run(stage) {
        const { first, newKey, inSeconds } = stage
        const [key, expiresAt] = [newKey(), inSeconds(600)]
        revisionOf(await first.write(key, numberBytes(0), expiresAt, 'absent'))
        await inBoth(stage, 'count', { key, times: 250, expiresAt })
        expect(numberOf((await first.read(key))?.bytes)).toBe(500)
      },
    },
    {
      title: 'of which exactly one creates a key',
      needs: compareAndSet,
      async run(stage) {
        const keys = Array.from({ length: 200 }, stage.newKey)
        const [theirs = [], mine = []] = await inBoth(stage, 'create', { keys, expiresAt: stage.inSeconds(60) })
        for (const at of keys.keys()) expect([theirs[at], mine[at]].filter((won) => won)).toEqual([true])
      },
    },
    {
      title: 'that take turns under the lock',
      needs: all(compareAndSet, locking),
      async run(stage) {
        const { first, newKey, inSeconds } = stage
        const [key, expiresAt] = [newKey(), inSeconds(600)]
        await first.write(key, numberBytes(0), expiresAt, 'any')
        await inBoth(stage, 'countLocked', { key, times: 50, expiresAt })
        expect(numberOf((await first.read(key))?.bytes)).toBe(100)
      },
    },
    {
      title: 'and keeps what both add to one set',
      needs: indexing,
      async run(stage) {
        const { first, newKey, inSeconds, otherProcess } = stage
        const [set, expiresAt] = [newKey(), inSeconds(60)]
        const [mine, theirs] = [Array.from({ length: 100 }, () => randomText(43)), [randomText(43)]]
        while (theirs.length < 100) theirs.push(randomText(43))
        const other = await otherProcess()
        await Promise.all([
          other.run('addMembers', { set, members: theirs, expiresAt }),
          jobs.addMembers(first, { set, members: mine, expiresAt }),
        ])
        expect([...(await indexOf(first).members(set))].sort()).toEqual([...mine, ...theirs].sort())
      },
    },
  ],
}

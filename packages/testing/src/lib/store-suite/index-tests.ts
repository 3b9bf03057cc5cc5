import { expect } from 'vitest'
import { indexing } from './capabilities.ts'
import { indexOf, randomText, type Stage, type StoreTestGroup } from './stage.ts'

const membersOf = async ({ second }: Stage, set: string): Promise<readonly string[]> =>
  [...(await indexOf(second).members(set))].sort()

/** Waits for a member to end, and checks that it did so at its time: to the second, and the store's slack. */
async function expectToEnd(stage: Stage, set: string, member: string, expiresAt: number): Promise<void> {
  const { until, now, capabilities } = stage
  const limit = expiresAt - now() / 1000 + capabilities.expirySlack
  const ended = await until(async () => !(await membersOf(stage, set)).includes(member), limit)
  expect(ended).toBeGreaterThanOrEqual(expiresAt - capabilities.expirySlack)
}

export const indexTests: StoreTestGroup = {
  title: 'indexes',
  needs: indexing,
  waits: true,
  tests: [
    {
      title: 'no members in a set that never was',
      async run(stage) {
        expect(await membersOf(stage, stage.newKey())).toEqual([])
      },
    },
    {
      title: 'members, each once, in their own set',
      async run(stage) {
        const [set, other] = [stage.newKey(), stage.newKey()]
        const { first, inSeconds } = stage
        for (const member of ['a', 'b', 'a']) await indexOf(first).add(set, member, inSeconds(60))
        await indexOf(first).add(other, 'c', inSeconds(60))
        expect(await membersOf(stage, set)).toEqual(['a', 'b'])
        expect(await membersOf(stage, other)).toEqual(['c'])
      },
    },
    {
      title: 'no member that was removed, and forgets a set without members',
      async run(stage) {
        const set = stage.newKey()
        const index = indexOf(stage.first)
        for (const member of ['a', 'b']) await index.add(set, member, stage.inSeconds(60))
        await index.remove(set, 'a')
        expect(await membersOf(stage, set)).toEqual(['b'])
        await index.remove(set, 'a')
        await index.remove(set, 'b')
        await index.remove(stage.newKey(), 'a')
        expect(await membersOf(stage, set)).toEqual([])
      },
    },
    {
      title: 'members that end one by one, to the second',
      async run(stage) {
        const [set, soon, later] = [stage.newKey(), stage.inSeconds(2), stage.inSeconds(4)]
        const index = indexOf(stage.first)
        await index.add(set, 'soon', soon)
        await index.add(set, 'later', later)
        await index.add(set, 'much later', stage.inSeconds(60))
        expect(await membersOf(stage, set)).toEqual(['later', 'much later', 'soon'])
        await expectToEnd(stage, set, 'soon', soon)
        expect(await membersOf(stage, set)).toContain('much later')
        await expectToEnd(stage, set, 'later', later)
        expect(await membersOf(stage, set)).toEqual(['much later'])
      },
    },
    {
      title: 'no member that has ended before it is added',
      async run(stage) {
        const set = stage.newKey()
        await indexOf(stage.first).add(set, 'a', stage.inSeconds(-10))
        expect(await membersOf(stage, set)).toEqual([])
      },
    },
    {
      title: 'a member longer when it is added with a later time, and never shorter',
      async run(stage) {
        const set = stage.newKey()
        const index = indexOf(stage.first)
        const expiresAt = stage.inSeconds(4)
        await index.add(set, 'a', stage.inSeconds(2))
        await index.add(set, 'a', expiresAt)
        await index.add(set, 'a', stage.inSeconds(1))
        await index.add(set, 'a', stage.inSeconds(-10))
        await expectToEnd(stage, set, 'a', expiresAt)
      },
    },
    {
      title: 'a long-lived member although a short-lived one comes after it',
      async run(stage) {
        const [set, soon] = [stage.newKey(), stage.inSeconds(2)]
        await indexOf(stage.first).add(set, 'long', stage.inSeconds(60))
        await indexOf(stage.second).add(set, 'short', soon)
        await expectToEnd(stage, set, 'short', soon)
        expect(await membersOf(stage, set)).toEqual(['long'])
      },
    },
    {
      title: '100 members that are added and removed at the same time by two handles',
      async run(stage) {
        const set = stage.newKey()
        const { first, second, inSeconds } = stage
        const members = Array.from({ length: 100 }, () => randomText(43)).sort()
        const handleOf = (n: number) => indexOf(n % 2 ? first : second)
        await Promise.all(members.map((member, n) => handleOf(n).add(set, member, inSeconds(60))))
        expect(await membersOf(stage, set)).toEqual(members)
        const [removed, kept] = [members.slice(0, 50), members.slice(50)]
        await Promise.all(removed.map((member, n) => handleOf(n).remove(set, member)))
        expect(await membersOf(stage, set)).toEqual(kept)
      },
    },
    {
      title: 'nothing under the names that objects have by themselves',
      async run(stage) {
        const set = stage.newKey()
        const index = indexOf(stage.first)
        for (const member of ['__proto__', 'constructor']) await index.add(set, member, stage.inSeconds(60))
        expect(await membersOf(stage, set)).toEqual(['__proto__', 'constructor'])
      },
    },
  ],
}
